"""A profile in a call: what it asks, what it decides, and which new PINs it refuses."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.features.activation.evidence import ADA, CLEAR, NOW, RULES, traits
from tests.features.activation.profiles.samples import ACCEPTED, ANOTHER, FIRST, USUAL
from watchword.features.activation.answers import DateOrder
from watchword.features.activation.decision import Outcome
from watchword.features.activation.dialogue.ports import Playable
from watchword.features.activation.dialogue.steps import Known, Remark
from watchword.features.activation.established import Established
from watchword.features.activation.profiles.documents import NoDocument, read, written
from watchword.features.activation.profiles.line import ProfileLine
from watchword.features.activation.profiles.rules import USUAL_DAYS
from watchword.features.activation.profiles.settings import LineSettings
from watchword.features.activation.prompts.languages import de, en
from watchword.features.activation.questions import Manner
from watchword.features.cores.rules import (
    ContactOnFile,
    FindBy,
    Holder,
    Member,
    MemberRef,
    PinMode,
    PinState,
)
from watchword.features.pins.rules import PinRule
from watchword.foundation.secret import Secret

LINE = ProfileLine(
    profile=USUAL,
    first=FIRST,
    another=ANOTHER,
    settings=LineSettings(pins=replace(RULES, old_longest=10)),
    traits=CLEAR,
    manner=Manner(DateOrder.MONTH_FIRST, "US"),
    code_digits=(6, 10),
    organisation="Lakeside",
)


def member(account: str = "1", person: str = "1", ssn: str = "512735596") -> Member:
    facts = replace(ADA, ssn=Secret(ssn), birth_date=date(1985, 3, 4))
    return Member(MemberRef(Secret(account), Secret(person)), Holder.PRIMARY, facts)


def known(pin: str, *, established: Established = Established.NO) -> Known:
    return Known(PinState(PinMode.CLEAR, is_set=True, pin=Secret(pin)), established)


def test_it_is_what_a_dialogue_plays() -> None:
    line: Playable = LINE

    assert line.find_by is FindBy.MEMBER_NUMBER
    assert [[each.name for each in level] for level in line.levels] == [
        ["member_number", "pin"],
        ["birth_date"],
    ]
    assert line.activation is not None
    assert [each.name for each in line.activation.questions] == ["ssn_last4", "birth_date"]
    assert line.activation.wants_code
    assert line.activation.is_first
    assert line.force is not None
    assert not line.force.is_first
    assert (line.new_pin.least, line.new_pin.most, line.levels[0][1].most) == (4, 8, 10)


def test_a_code_may_be_as_long_as_codes_can_be_and_is_waited_for() -> None:
    assert (LINE.code.least, LINE.code.most) == (6, 10)
    assert LINE.code.first_timeout > LINE.new_pin.first_timeout


def test_what_is_switched_off_is_not_played() -> None:
    off = replace(USUAL, activation=replace(USUAL.activation, is_active=False))
    line = replace(LINE, profile=off)

    decided = line.decide(known("5596"), None, [member()], NOW)

    assert line.activation is None
    assert decided.outcome is Outcome.NORMAL
    assert not [each for each in decided.remarks if (each.why or "").startswith("activation")]


def test_answers_are_compared_with_what_is_on_file() -> None:
    born = LINE.levels[1][0]

    assert LINE.fits(born, Secret("03041985"), member())
    assert not LINE.fits(born, Secret("04031985"), member())


def test_the_log_says_what_was_looked_at_and_no_digit() -> None:
    decided = LINE.decide(known("5596"), None, [member()], NOW)

    assert decided.outcome is Outcome.ACTIVATION
    assert Remark("matched", "activation pin_eq_ssn_last4") in decided.remarks
    assert Remark("because", "pin_eq_ssn_last4") in decided.remarks
    assert Remark("established", "no") in decided.remarks
    assert "5596" not in repr(decided)


@pytest.mark.parametrize(
    ("is_set", "entered", "outcome"),
    [
        (False, None, Outcome.ACTIVATION),
        (None, None, Outcome.NORMAL),
        (True, None, Outcome.NORMAL),
        (False, Secret("927364"), Outcome.NORMAL),
    ],
    ids=["none", "untold", "set", "accepted by the core"],
)
def test_whoever_has_no_pin_sets_a_first_one_whatever_is_looked_for(
    *, is_set: bool | None, entered: Secret | None, outcome: Outcome
) -> None:
    has = Known(PinState(PinMode.CLEAR, is_set=is_set), Established.YES)

    decided = LINE.decide(has, entered, [member()], NOW)

    assert decided.outcome is outcome
    assert (Remark("no_pin_is_set") in decided.remarks) is (outcome is Outcome.ACTIVATION)


def test_a_weak_pin_that_is_tolerated_is_named() -> None:
    line = replace(LINE, profile=replace(USUAL, force=replace(USUAL.force, is_active=False)))

    decided = line.decide(known("5596", established=Established.YES), None, [member()], NOW)

    assert decided.outcome is Outcome.NORMAL
    assert Remark("weak_pin_tolerated", "pin_eq_ssn_last4") in decided.remarks


def test_those_count_who_share_the_pin() -> None:
    caller, joint = member(), member(person="2", ssn="900417395")
    other = member(account="2", ssn="900417396")
    shared = replace(LINE, traits=traits(PinMode.CLEAR))

    assert shared.broken(Secret("7395"), [caller, joint]) == [PinRule.SSN_PART]
    assert LINE.broken(Secret("7395"), [caller, joint]) == []
    assert shared.broken(Secret("7396"), [caller, other]) == []


def test_a_new_pin_that_a_scenario_would_match_is_refused_where_no_rule_refuses_it() -> None:
    lax = replace(LINE, settings=LineSettings(pins=replace(RULES, no_ssn_part=False)))

    assert lax.broken(Secret("5596"), [member()]) == [PinRule.SCENARIO]
    assert LINE.broken(Secret("5596"), [member()]) == [PinRule.SSN_PART]


def test_each_rule_has_words_for_whoever_is_refused() -> None:
    for rule in PinRule:
        assert f"pin_{rule}" in en.PROMPTS
        assert f"pin_{rule}" in de.PROMPTS


NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LONG_AGO, YESTERDAY = NOON - timedelta(days=400), NOON - timedelta(days=1)
MOBILE, HOME = Secret("+49 171 1234567"), Secret("+49 30 901820")
MAIL = Secret("ada@example.org")


@pytest.mark.parametrize(
    ("phones", "emails", "reached"),
    [
        ([ContactOnFile(MOBILE, LONG_AGO)], [ContactOnFile(MAIL, LONG_AGO)], "+491711234567"),
        ([ContactOnFile(MOBILE)], [ContactOnFile(MAIL)], None),
        ([ContactOnFile(MOBILE, YESTERDAY)], [ContactOnFile(MAIL, LONG_AGO)], "ada@example.org"),
        ([ContactOnFile(HOME, LONG_AGO)], [ContactOnFile(MAIL, LONG_AGO)], "ada@example.org"),
        ([ContactOnFile(MOBILE, YESTERDAY)], [ContactOnFile(MAIL, YESTERDAY)], None),
        ([ContactOnFile(Secret("no number"))], [ContactOnFile(Secret("no address"))], None),
        ([], [], None),
    ],
    ids=["both", "undated", "new telephone", "landline", "both new", "unreadable", "nothing"],
)
def test_a_code_goes_to_what_has_been_on_file_for_long_enough(
    phones: list[ContactOnFile], emails: list[ContactOnFile], reached: str | None
) -> None:
    facts = replace(ADA, phones=phones, emails=emails)

    to = LINE.reached(Member(MemberRef(Secret("1"), Secret("1")), Holder.PRIMARY, facts), NOON)

    assert (None if to is None else to.address.reveal()) == reached


def test_whoever_accepts_the_risk_reaches_what_nobody_dates() -> None:
    first, another = (replace(each, unchanged_days=0, risk=ACCEPTED) for each in (FIRST, ANOTHER))
    line = replace(LINE, first=first, another=another)
    facts = replace(ADA, phones=[ContactOnFile(MOBILE)])

    to = line.reached(Member(MemberRef(Secret("1"), Secret("1")), Holder.PRIMARY, facts), NOON)

    assert to is not None
    assert to.address.reveal() == "+491711234567"


@pytest.mark.parametrize(("days", "reaches"), [(USUAL_DAYS - 1, False), (USUAL_DAYS, True)])
def test_where_no_profile_says_for_how_long_whoever_is_locked_is_not_let_in_by_what_is_new(
    days: int, *, reaches: bool
) -> None:
    facts = replace(ADA, phones=[ContactOnFile(MOBILE, NOON - timedelta(days=days))])
    line = replace(LINE, first=None, another=None)

    to = line.reached(Member(MemberRef(Secret("1"), Secret("1")), Holder.PRIMARY, facts), NOON)

    assert (to is not None) is reaches


def test_a_line_comes_back_from_what_is_written_of_it() -> None:
    assert read(written(LINE)) == LINE


@pytest.mark.parametrize("document", [b"", b"{}", b"[]", b"null"])
def test_what_was_written_by_another_version_is_told(document: bytes) -> None:
    with pytest.raises(NoDocument):
        read(document)
