"""What columns are taken for, by their headings; and what is said of those that are left out."""

from collections.abc import Sequence
from itertools import permutations

import pytest

from watchword.features.imports.columns import MEANING, VAGUE, Column, Plan, guess, recalled

NAMED = (Column.FAMILY_NAME,)


@pytest.mark.parametrize(
    "heading",
    ["Werbung (SMS)", "Opt-In", "Zustimmung Angebote", "Marketing permission", "WhatsApp"],
)
def test_a_heading_that_may_be_of_a_consent_is_spoken_of_when_it_is_left_out(heading: str) -> None:
    assert Plan((*NAMED, None)).may_miss_consents(["Name", heading])


@pytest.mark.parametrize("heading", ["Lieblingsfarbe", "Bemerkung", "Filiale", "Shoe size", ""])
def test_no_other_heading_is(heading: str) -> None:
    assert not Plan((*NAMED, None)).may_miss_consents(["Name", heading])


def test_nothing_is_missed_where_a_column_says_who_agreed() -> None:
    plan = Plan((*NAMED, Column.TEXT_CONSENT, None))

    assert not plan.may_miss_consents(["Name", "SMS", "Newsletter"])


def test_when_somebody_agreed_tells_that_somebody_did() -> None:
    assert Plan((*NAMED, Column.CONSENT_AT)).may_miss_consents(["Name", "Am"])


@pytest.mark.parametrize("headings", [*permutations(["Name", "Vorname", "Nachname"])], ids="-".join)
def test_the_more_exact_of_two_headings_wins_wherever_it_stands(headings: tuple[str, ...]) -> None:
    taken = dict(zip(headings, guess(headings).columns, strict=True))

    assert taken == {
        "Name": None,
        "Vorname": Column.GIVEN_NAME,
        "Nachname": Column.FAMILY_NAME,
    }


def test_a_vague_heading_is_known_where_no_other_says_it_more_exactly() -> None:
    assert guess(["Vorname", "Name"]).columns == (Column.GIVEN_NAME, Column.FAMILY_NAME)
    assert guess(["Adresse", "Ort"]).columns == (Column.STREET, Column.CITY)


def test_of_two_headings_alike_the_first_wins() -> None:
    assert guess(["Zuname", "Nachname"]).columns == (Column.FAMILY_NAME, None)
    assert guess(["Adresse", "Anschrift"]).columns == (Column.STREET, None)


def test_every_vague_heading_has_a_meaning_that_others_say_too() -> None:
    for vague in VAGUE:
        assert [word for word in MEANING.keys() - VAGUE if MEANING[word] is MEANING[vague]]


OLD = ("Nr", "Name", "Newsletter")
SAID = Plan((Column.CUSTOMER_NUMBER, Column.FAMILY_NAME, Column.EMAIL_CONSENT), "Ja.")


@pytest.mark.parametrize(
    ("headings", "columns"),
    [
        (OLD, SAID.columns),
        ((*OLD, "Zeile", "Grund"), (*SAID.columns, None, None)),
        ((*OLD, "Ort"), (*SAID.columns, Column.CITY)),
        ((*OLD, "Nachname"), (*SAID.columns, None)),
    ],
    ids=["the_same", "refused_rows", "one_more", "one_that_is_there"],
)
def test_what_was_said_of_a_file_holds_for_the_next_and_for_its_refused_rows(
    headings: Sequence[str], columns: Sequence[Column | None]
) -> None:
    assert recalled(headings, [(OLD, SAID)]) == Plan(tuple(columns), "Ja.")


@pytest.mark.parametrize(
    "headings",
    [OLD[:2], ("Nr", "Newsletter", "Name"), (*OLD, "A", "B", "C"), ("Nr", "Name", "Brief"), ()],
    ids=["fewer", "another_order", "many_more", "another_name", "none"],
)
def test_what_was_said_of_a_file_with_other_headings_is_not_taken_for_it(
    headings: Sequence[str],
) -> None:
    assert recalled(headings, [(OLD, SAID), ((), Plan(()))]) is None


def test_what_was_said_last_holds() -> None:
    latest = Plan((None, Column.FAMILY_NAME, None))

    assert recalled(OLD, [(OLD, latest), (OLD, SAID)]) == latest
