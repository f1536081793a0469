"""What a template says of a code is never more than is true of it."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from watchword.providers.channels.whatsapp.templates import (
    check_minutes,
    choose,
    in_language,
    none_for,
)

minutes = some.integers(1, 90)
templates = some.dictionaries(minutes.map(str), some.none(), min_size=1).map(
    lambda found: {stated: int(stated) for stated in found}
)


@given(templates, some.integers(0, 2000))
def test_stated_minutes_are_at_most_and_closest_to_the_real_life(
    templates: dict[str, int], real: int
) -> None:
    stated = choose(templates, real)

    if stated is None:
        assert all(other > real for other in templates.values())
    else:
        assert stated <= real
        assert not [other for other in templates.values() if stated < other <= real]


def test_why_there_is_none_is_said() -> None:
    assert none_for(4) == "no template for 4 minutes"


@pytest.mark.parametrize(
    ("locale", "chosen"),
    [("de", 1), ("DE", 1), ("de-AT", 2), ("de-CH", 1), ("en-GB", 3), ("fi", 3), ("", 3)],
)
def test_the_closest_language_is_chosen(locale: str, chosen: int) -> None:
    assert in_language({"de": 1, "de-at": 2, "en": 3}, locale) == chosen


@given(some.text())
def test_without_english_another_language_may_have_none(locale: str) -> None:
    assume(not locale.lower().startswith("de"))

    assert in_language({"de": 1}, locale) is None


@pytest.mark.parametrize("stated", ["1", "5", "10", "90"])
def test_these_can_be_stated(stated: str) -> None:
    check_minutes({stated: "code"})

    assert choose({stated: "code"}, int(stated)) == "code"


@pytest.mark.parametrize("stated", ["0", "91", "100", "05", "-1", "1.5", "five", "", "٣", "5\n"])
def test_these_cannot(stated: str) -> None:
    with pytest.raises(ValueError, match="from 1 to 90"):
        check_minutes({"5": "code", stated: "code"})


def test_there_must_be_one() -> None:
    with pytest.raises(ValueError, match="at least one"):
        check_minutes({})
