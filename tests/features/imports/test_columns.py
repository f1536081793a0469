"""What columns are taken for, by their headings; and what is said of those that are left out."""

import pytest

from watchword.features.imports.columns import Column, Plan

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
