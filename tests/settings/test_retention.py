"""How long things are kept: what an operator may choose, and what is refused at the start."""

import pytest

from watchword.settings import SettingsWrong, keeping, parse


def test_without_a_word_the_usual_lengths_hold() -> None:
    chosen = keeping(parse({}))

    assert (chosen.deliveries, chosen.addresses, chosen.evidence) == (90, 30, 400)


def test_what_is_chosen_is_what_holds() -> None:
    chosen = keeping(parse({"retention": {"deliveries_days": 14}, "abuse": {"keep_days": 7}}))

    assert (chosen.deliveries, chosen.traces) == (14, 7)


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("deliveries_days", 0),
        ("deliveries_days", 401),
        ("addresses_days", 0),
        ("addresses_days", 91),
        ("evidence_days", 89),
        ("evidence_days", 3651),
    ],
)
def test_beyond_its_bounds_nothing_starts(name: str, days: int) -> None:
    with pytest.raises(SettingsWrong, match=f"retention.{name}"):
        parse({"retention": {name: days}})
