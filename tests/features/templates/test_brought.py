"""Words that come with the request for a code."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from watchword.features.templates.brought import HERE, PLACE, Unsayable, read_brought


@given(some.text(max_size=60), some.text(max_size=60))
def test_words_are_read_with_the_code_in_each_of_its_places_or_not_at_all(
    before: str, after: str
) -> None:
    read = read_brought(before + HERE + after)

    assert isinstance(read, Unsayable) or read == before + PLACE + after
    assert isinstance(read, Unsayable) or "{" not in read.replace(PLACE, "")


@pytest.mark.parametrize(
    "page",
    [
        "shop.example/win",
        "shop.example?win=1",
        "shop.example#win",
        "shop.example:8080",
        "192.0.2.7/win",
        "192.0.2.7:8080",
        "shop\u3002example/win",
        "HTTPS:shop",
    ],
)
def test_words_lead_nobody_to_a_page_however_it_is_written(page: str) -> None:
    assert isinstance(read_brought(f"{HERE} {page}"), Unsayable)


@pytest.mark.parametrize(
    "said", ["Is it you, at shop.example?", "Shop.example: 10.11.2026", "z. B."]
)
def test_words_may_name_who_writes(said: str) -> None:
    assert read_brought(f"{HERE} {said}") == f"{PLACE} {said}"
