"""Tags are short words, written in one way, and never too many."""

import pytest

from watchword.features.audiences.tags.rules import (
    KINDS_AT_MOST,
    TAGS_AT_MOST,
    BadTags,
    find_fault_of_kinds,
    read_tags,
)


def test_a_tag_is_written_in_one_way() -> None:
    assert read_tags(["  Stamm Kundin", "stamm  kundin", "Früh", "", "A/B"]) == [
        "a/b",
        "früh",
        "stamm kundin",
    ]


@pytest.mark.parametrize("tag", ["a" * 33, "<script>", "a;b", "--", "a\x00b", "x\u202ey", "🙂"])
def test_what_is_no_word_is_no_tag(tag: str) -> None:
    assert isinstance(read_tags([tag]), BadTags)


def test_nobody_has_more_than_anybody_reads() -> None:
    assert isinstance(read_tags([f"t{n}" for n in range(TAGS_AT_MOST + 1)]), BadTags)
    assert not isinstance(read_tags([f"t{n}" for n in range(TAGS_AT_MOST)]), BadTags)


def test_an_organisation_has_so_many_kinds_and_may_go_on_using_them() -> None:
    known = [f"t{n}" for n in range(KINDS_AT_MOST)]

    assert find_fault_of_kinds(known, ["another"])
    assert find_fault_of_kinds(known, ["t1"]) is None
