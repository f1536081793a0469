"""Who agreed to offers, as a row says it; and what a file cannot be begun without."""

from datetime import UTC, datetime, timedelta
from types import NoneType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.features.contacts.rules import Contact, read_email, read_phone
from watchword.features.imports.agreements import Agreement, Way, read_agreements
from watchword.features.imports.amounts import read_moment
from watchword.features.imports.columns import AGREED, BadMapping, Column, Plan, changed, guess
from watchword.features.imports.faults import Fault, Why
from watchword.features.imports.reading import Record
from watchword.features.imports.rows import House, Refusal, Row, judge
from watchword.features.imports.rules import (
    CELL_AT_MOST,
    BadWording,
    NoMoment,
    NoNames,
    NoWording,
    find_fault,
)

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
HOUSE = House(country="DE", locales=("de", "en"), day=NOW.date(), moment=NOW)
WORDS = "Ja, gern Angebote."
PLAN = Plan(
    (
        *(Column.CUSTOMER_NUMBER, Column.FAMILY_NAME, Column.PHONE, Column.MOBILE, Column.EMAIL),
        *(Column.TEXT_CONSENT, Column.EMAIL_CONSENT, Column.CONSENT_AT, Column.CONSENT_TEXT),
    )
)
MOBILE, LANDLINE, MAIL = "0170 1234567", "089 1234567", "anna@example.org"


def row(*cells: str, plan: Plan = PLAN) -> Row | Refusal:
    judged = judge(Record(2, 99, ("K1", "Müller", *cells)), plan, HOUSE)
    assert judged is not None
    return judged


def agreed(judged: Row | Refusal) -> list[tuple[Way, str, datetime, str]]:
    assert isinstance(judged, Row), judged
    return [
        (each.way, each.contact.canonical.reveal(), each.at, each.wording)
        for each in judged.agreed or ()
    ]


def faults(judged: Row | Refusal) -> list[Fault]:
    return [*judged.faults] if isinstance(judged, Refusal) else []


def test_a_row_says_who_agreed_in_which_way_when_and_to_what() -> None:
    judged = row(LANDLINE, MOBILE, MAIL, "ja", "x", "17.05.2024", WORDS)

    at = datetime(2024, 5, 17, tzinfo=UTC)
    assert agreed(judged) == [
        (Way.TEXT, "+491701234567", at, WORDS),
        (Way.EMAIL, MAIL, at, WORDS),
    ]


@pytest.mark.parametrize("word", ["nein", "No", "0", "-", "", "opt-out", "widerrufen"])
def test_no_and_nothing_make_no_record_and_no_fault(word: str) -> None:
    assert agreed(row("", MOBILE, MAIL, word, word, "", "")) == []


def test_what_is_neither_yes_nor_no_is_a_fault() -> None:
    judged = row("", MOBILE, "", "vielleicht", "", "17.05.2024", WORDS)

    assert faults(judged) == [Fault(Why.BAD_CONSENT, Column.TEXT_CONSENT)]


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", Why.NO_MOMENT),
        ("0000-00-00", Why.NO_MOMENT),
        ("gestern", Why.BAD_MOMENT),
        ("1900-01-01", Why.BAD_MOMENT),
        ("1970-01-01", Why.BAD_MOMENT),
        ("2024-05-17T25:00", Why.BAD_MOMENT),
        ("05/06/2024", Why.AMBIGUOUS_DATE),
        ("2030-01-02", Why.IN_THE_FUTURE),
        ("2030-01-01T12:01Z", Why.IN_THE_FUTURE),
        ("2030-01-01T12:30+00:00", Why.IN_THE_FUTURE),
    ],
)
def test_a_moment_that_is_none_refuses_the_whole_row(typed: str, why: Why) -> None:
    assert faults(row("", MOBILE, "", "ja", "", typed, WORDS)) == [Fault(why, Column.CONSENT_AT)]


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("2024-05-17", datetime(2024, 5, 17, tzinfo=UTC)),
        ("17.05.2024, 9:30", datetime(2024, 5, 17, 9, 30, tzinfo=UTC)),
        ("05/17/2024 9:30:15", datetime(2024, 5, 17, 9, 30, 15, tzinfo=UTC)),
        ("2024-05-17T09:30:15.123+02:00", datetime(2024, 5, 17, 7, 30, 15, tzinfo=UTC)),
        ("2024-05-17 00:30+0200", datetime(2024, 5, 16, 22, 30, tzinfo=UTC)),
        ("2030-01-01T14:00+02:00", NOW),
    ],
)
def test_a_moment_is_read_with_its_hour_and_zone(typed: str, at: datetime) -> None:
    assert read_moment(typed) == at


@given(st.text(max_size=40) | st.datetimes().map(str))
def test_no_moment_is_read_that_is_not_one_of_a_zone(typed: str) -> None:
    read = read_moment(typed)

    assert read is None or read.utcoffset() == timedelta()


def test_somebody_who_agreed_and_cannot_be_written_to_is_a_fault() -> None:
    judged = row(LANDLINE, "", "", "", "ja", "17.05.2024", WORDS)

    assert faults(judged) == [Fault(Why.NOWHERE_TO_WRITE, Column.EMAIL_CONSENT)]


def test_a_number_that_cannot_be_read_is_not_said_to_be_missing_as_well() -> None:
    judged = row("", "12", "", "ja", "", "17.05.2024", WORDS)

    assert faults(judged) == [Fault(Why.BAD_PHONE, Column.MOBILE)]


def test_a_landline_is_written_to_only_if_there_is_nothing_else() -> None:
    def number(phone: str, mobile: str) -> str:
        [(_, found, _, _)] = agreed(row(phone, mobile, "", "ja", "", "17.05.2024", WORDS))
        return found

    assert number(MOBILE, LANDLINE) == number(LANDLINE, MOBILE) == "+491701234567"
    assert number(LANDLINE, "") == "+49891234567"


def test_the_words_of_a_row_go_before_those_of_the_file() -> None:
    whole = Plan(PLAN.columns, "Für alle.")

    for said, words in ((WORDS, WORDS), ("", "Für alle."), ("  ", "Für alle.")):
        judged = row("", MOBILE, "", "ja", "", "17.05.2024", said, plan=whole)
        assert [each[3] for each in agreed(judged)] == [words]


def test_a_row_without_any_words_is_refused() -> None:
    judged = row("", MOBILE, "", "ja", "", "17.05.2024", "")

    assert faults(judged) == [Fault(Why.NO_WORDING, Column.CONSENT_TEXT)]


def test_rows_of_a_file_that_says_nothing_of_it_carry_nothing() -> None:
    judged = row("", plan=Plan((Column.CUSTOMER_NUMBER, Column.FAMILY_NAME, Column.MOBILE)))

    assert isinstance(judged, Row)
    assert judged.agreed is None


CONTACTS = [
    contact
    for contact in (read_phone(MOBILE, "DE"), read_email(MAIL))
    if isinstance(contact, Contact)
]
CELLS = st.sampled_from(["ja", "nein", "", "yes", "?", "x", "0"])
MOMENTS = st.sampled_from(["", "gestern", "2031-01-01"]) | st.dates().map(str)


@given(
    said=st.fixed_dictionaries(
        dict.fromkeys(sorted(AGREED), CELLS),
        optional={Column.CONSENT_AT: MOMENTS, Column.CONSENT_TEXT: st.sampled_from(["", WORDS])},
    ),
    contacts=st.lists(st.sampled_from(CONTACTS), unique_by=id),
    wording=st.sampled_from(["", WORDS]),
)
def test_whoever_agreed_can_be_shown_to_have(
    said: dict[Column, str], contacts: list[Contact], wording: str
) -> None:
    for each in read_agreements(said, contacts, wording, NOW):
        if isinstance(each, Agreement):
            assert each.wording == WORDS
            assert datetime(1990, 1, 1, tzinfo=UTC) <= each.at <= NOW
            assert each.contact in contacts
            assert said[Column(f"{each.way}_consent")] in {"ja", "yes", "x"}


NAMED = (Column.FAMILY_NAME, Column.MOBILE)


@pytest.mark.parametrize(
    ("plan", "fault"),
    [
        (Plan((Column.MOBILE, Column.TEXT_CONSENT)), NoNames),
        (Plan((*NAMED, Column.TEXT_CONSENT)), NoMoment),
        (Plan((*NAMED, Column.TEXT_CONSENT), WORDS), NoMoment),
        (Plan((*NAMED, Column.TEXT_CONSENT, Column.CONSENT_AT)), NoWording),
        (Plan((*NAMED, Column.TEXT_CONSENT, Column.CONSENT_AT), " "), NoWording),
        (Plan((*NAMED, Column.TEXT_CONSENT, Column.CONSENT_AT), WORDS), NoneType),
        (Plan((*NAMED, Column.TEXT_CONSENT, Column.CONSENT_AT), "a\nb"), NoneType),
        (Plan((*NAMED, Column.TEXT_CONSENT, Column.CONSENT_AT), "a\0b"), BadWording),
        (Plan((*NAMED, Column.TEXT_CONSENT, Column.CONSENT_AT), "a" * 1001), BadWording),
        (Plan((*NAMED, Column.TEXT_CONSENT, Column.CONSENT_AT, Column.CONSENT_TEXT)), NoneType),
        (Plan((*NAMED, Column.CONSENT_AT)), NoneType),
    ],
    ids=range(11),
)
def test_a_file_is_not_begun_whose_consents_nobody_can_show(plan: Plan, fault: type) -> None:
    assert CELL_AT_MOST == 1000
    assert type(find_fault(plan)) is fault


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("SMS-Einwilligung", Column.TEXT_CONSENT),
        ("sms_consent", Column.TEXT_CONSENT),
        ("Accepts SMS Marketing", Column.TEXT_CONSENT),
        ("E-Mail-Werbung", Column.EMAIL_CONSENT),
        ("Email opt-in", Column.EMAIL_CONSENT),
        ("WhatsApp Einwilligung", Column.WHATSAPP_CONSENT),
        ("consent_date", Column.CONSENT_AT),
        ("Einwilligung am", Column.CONSENT_AT),
        ("Consent text", Column.CONSENT_TEXT),
        ("Einwilligungstext", Column.CONSENT_TEXT),
        ("consent", None),
        ("Einwilligung", None),
    ],
)
def test_headings_are_known_in_both_languages_and_what_says_too_little_is_left_out(
    heading: str, column: Column | None
) -> None:
    assert guess([heading]).columns == (column,)


def test_when_and_to_what_are_left_out_where_nothing_says_that_anybody_agreed() -> None:
    headings = ["Nachname", "Einwilligung", "Einwilligung am", "Wortlaut"]

    assert guess(headings).left_out(headings) == headings[1:]
    assert guess([*headings, "SMS Consent"]).left_out([*headings, "SMS Consent"]) == [
        "Einwilligung"
    ]


def test_a_guess_is_let_go_of_by_a_wish_for_nothing() -> None:
    headings = ["Nachname", "SMS consent"]

    assert changed(guess(headings), headings, {"text_consent": ""}) == Plan(
        (Column.FAMILY_NAME, None)
    )
    assert isinstance(changed(guess(headings), headings, {"consents": ""}), BadMapping)
