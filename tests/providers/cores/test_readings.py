"""What is looked for in a core is one number, and none that only begins or ends like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stores import NOON
from watchword.features.cores.rules import FindBy
from watchword.providers.cores.demo.members import read_members
from watchword.providers.cores.readings import facts_of, is_same_number


@pytest.mark.parametrize(
    ("on_file", "looked_for"),
    [
        ("(202) 555-0133", "+12025550133"),
        ("+1 202 555 0133", "2025550133"),
        ("+1 202 555 0133", "12025550133"),
        ("202-555-0133", "1 202 555 0133"),
        ("0170 1234567", "+491701234567"),
        ("+49 170 1234567", "01701234567"),
        ("0049 170 1234567", "+491701234567"),
    ],
)
def test_a_telephone_is_the_same_with_its_country_and_without(
    on_file: str, looked_for: str
) -> None:
    assert is_same_number(on_file, looked_for)
    assert is_same_number(looked_for, on_file)


@given(st.text("0123456789", min_size=1, max_size=8), st.sampled_from(["+1", ""]))
def test_digits_more_or_less_are_another_number(digits: str, country: str) -> None:
    on_file = f"{country}2025550133"

    if digits != "1" and not digits.startswith("00"):
        assert not is_same_number(on_file, f"{digits}2025550133")
    assert not is_same_number(on_file, f"2025550133{digits}")
    assert not is_same_number(on_file, "2025550133"[len(digits) :])


def test_a_card_is_found_by_its_whole_number_alone() -> None:
    row = read_members(None, NOON)[0]
    card = row.member.facts.card_numbers[0].reveal()

    assert row.is_found(FindBy.CARD_NUMBER, f"400000000000{card}")
    assert not any(
        row.is_found(FindBy.CARD_NUMBER, f"{other}{card}")
        for other in ("400000000001", "4", "999999999999", "4000000000000")
    )


def test_what_was_on_file_until_lately_is_no_way_to_reach_somebody() -> None:
    facts = facts_of({"phones": "2025550111", "former_phones": ["2025550112", " "]})

    assert [each.value.reveal() for each in facts.phones] == ["2025550111"]
    assert [each.reveal() for each in facts.former_phones] == ["2025550112"]
    assert not facts.former_emails
