"""Long lists of words are asked for in statements of two lengths."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as some

from watchword.foundation.storage import Listing

ABOUT = Listing.of("select id from cards where id in (:of_0)", 3)


@given(some.lists(some.integers(), max_size=40))
def test_all_words_are_asked_for_and_each_statement_has_all_of_its_words(words: list[int]) -> None:
    asked = Counter[object]()
    for sql, named in ABOUT.parts(words):
        assert sql.count(":of_") == len(named)
        assert all(f":{name}" in sql for name in named)
        asked.update(named.values())

    assert asked.keys() == {*words}


def test_of_one_word_the_statement_is_as_it_is_written() -> None:
    assert [*ABOUT.parts(["a"])] == [("select id from cards where id in (:of_0)", {"of_0": "a"})]
    assert [*ABOUT.parts([])] == []
    assert len({sql for sql, _ in ABOUT.parts([*range(30)])}) == 1
