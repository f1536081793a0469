"""Words that come with the request for a code."""

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
