"""The tree is that of RFC 6962: for any number of entries it agrees with the text, word by word."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.features.ledger import naive
from watchword.features.ledger.proofs import (
    Span,
    consistency,
    inclusion,
    is_consistent,
    is_included,
    subtrees,
)
from watchword.features.ledger.tree import (
    EMPTY_ROOT,
    CompactRange,
    Node,
    folded,
    leaf_hash,
    packed,
    unpacked,
)

ENTRIES = some.lists(some.binary(max_size=8), max_size=70)
SOME_ENTRIES = some.lists(some.binary(max_size=8), min_size=1, max_size=70)


def grown(entries: list[bytes]) -> CompactRange:
    tree = CompactRange()
    for entry in entries:
        tree.append(leaf_hash(entry))
    return tree


def root_over(entries: list[bytes], span: Span) -> bytes:
    """Work a root out from whole trees alone, as the store does."""
    tops = []
    for level, place in subtrees(span):
        tops.append(grown(entries[place << level : (place + 1) << level]).root())
    return folded(tops)


@given(ENTRIES)
def test_the_root_is_that_of_the_rfc(entries: list[bytes]) -> None:
    assert grown(entries).root() == naive.root(entries)


def test_a_tree_of_nothing_has_a_root() -> None:
    assert CompactRange().root() == EMPTY_ROOT == naive.root([])


@given(ENTRIES, some.data())
def test_a_tree_goes_on_from_what_was_remembered_of_it(
    entries: list[bytes], data: some.DataObject
) -> None:
    cut = data.draw(some.integers(0, len(entries)))
    before = grown(entries[:cut])

    after = CompactRange(before.size, unpacked(packed(before.peaks)))
    for entry in entries[cut:]:
        after.append(leaf_hash(entry))

    assert after.root() == naive.root(entries)


def test_what_is_remembered_stays_small() -> None:
    tree = grown([b"x"] * 4095)

    assert len(tree.peaks) == 12


def test_tops_that_are_not_those_of_a_size_are_refused() -> None:
    with pytest.raises(ValueError, match="one top"):
        CompactRange(3, [b"x" * 32])


def test_nodes_at_each_eighth_level_are_given_away() -> None:
    entries = [str(number).encode() for number in range(700)]
    made, tree = list[Node](), CompactRange()
    for entry in entries:
        tree.append(leaf_hash(entry), made)

    assert made == [
        Node(8, 0, naive.root(entries[:256])),
        Node(8, 1, naive.root(entries[256:512])),
    ]


@given(SOME_ENTRIES, some.data())
def test_a_proof_of_inclusion_is_that_of_the_rfc_and_holds(
    entries: list[bytes], data: some.DataObject
) -> None:
    position = data.draw(some.integers(0, len(entries) - 1))

    proof = [root_over(entries, span) for span in inclusion(position, len(entries))]

    assert proof == naive.path(position, entries)
    leaf, root = leaf_hash(entries[position]), naive.root(entries)
    assert is_included(leaf, position, len(entries), proof, root)


@given(some.lists(some.integers(), min_size=2, max_size=70, unique=True), some.data())
def test_a_proof_of_inclusion_is_good_for_nothing_else(
    numbers: list[int], data: some.DataObject
) -> None:
    entries = [str(number).encode() for number in numbers]
    size, root = len(entries), naive.root(entries)
    position = data.draw(some.integers(0, size - 1))
    other = data.draw(some.integers(0, size - 1).filter(lambda each: each != position))
    proof, leaf = naive.path(position, entries), leaf_hash(entries[position])

    assert not is_included(leaf_hash(b"another"), position, size, proof, root)
    assert not is_included(leaf, other, size, proof, root)
    assert not is_included(leaf, position, size, proof[:-1], root)
    assert not is_included(leaf, position, size, [*proof, root], root)
    assert not is_included(leaf, position, size, proof, leaf_hash(b"another"))
    assert not is_included(leaf, size, size, proof, root)
    assert not is_included(leaf, -1, size, proof, root)


@given(SOME_ENTRIES, some.data())
def test_a_proof_of_consistency_is_that_of_the_rfc_and_holds(
    entries: list[bytes], data: some.DataObject
) -> None:
    before = data.draw(some.integers(1, len(entries)))

    proof = [root_over(entries, span) for span in consistency(before, len(entries))]

    assert proof == naive.proof(before, entries)
    old, new = naive.root(entries[:before]), naive.root(entries)
    assert is_consistent(before, len(entries), proof, old, new)


@given(some.integers(2, 70), some.data())
def test_a_tree_that_was_rewritten_has_no_proof_of_consistency(
    size: int, data: some.DataObject
) -> None:
    entries = [str(number).encode() for number in range(size)]
    before = data.draw(some.integers(1, size - 1))
    rewritten = [b"forged", *entries[1:]]
    proof = naive.proof(before, rewritten)

    old = naive.root(entries[:before])
    assert not is_consistent(before, size, proof, old, naive.root(rewritten))
    assert not is_consistent(before, size, proof[:-1], old, naive.root(entries))
    assert not is_consistent(0, size, proof, old, naive.root(entries))
    assert not is_consistent(size, before, proof, old, naive.root(entries))


def test_a_leaf_that_is_not_there_has_no_proof() -> None:
    with pytest.raises(ValueError, match="no such leaf"):
        inclusion(3, 3)
    with pytest.raises(ValueError, match="shrink"):
        consistency(4, 3)
