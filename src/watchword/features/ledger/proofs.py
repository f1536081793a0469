"""Proofs (RFC 6962, 2.1): that an entry stands in a tree, and that a tree only ever grew.

What is needed for a proof are roots over spans of leaves. Each span falls apart into whole trees,
of which the store has the nodes. A proof is checked as RFC 9162 says, and needs no tree for that.
"""

from collections.abc import Sequence
from typing import NamedTuple

from watchword.features.ledger.tree import node_hash

HASHES_AT_MOST = 64


class Span(NamedTuple):
    """The leaves from `start` to just before `end`."""

    start: int
    end: int


class Subtree(NamedTuple):
    """A whole tree: 2^level leaves, and how many such trees stand before it."""

    level: int
    place: int


def inclusion(position: int, size: int) -> list[Span]:
    """Give the spans whose roots lead from a leaf up to the root of a tree."""
    if not 0 <= position < size:
        raise ValueError("There is no such leaf in the tree.")
    spans, start, end = list[Span](), 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if position < middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(start, middle))
            start = middle
    return spans[::-1]


def consistency(before: int, after: int) -> list[Span]:
    """Give the spans whose roots show that a tree holds an earlier one unchanged."""
    if not 0 <= before <= after:
        raise ValueError("A tree does not shrink.")
    spans, start, end, is_whole = list[Span](), 0, after, True
    if before in (0, after):
        return []
    while before != end:
        middle = start + _split(end - start)
        if before <= middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(start, middle))
            start, is_whole = middle, False
    if not is_whole:
        spans.append(Span(start, end))
    return spans[::-1]


def subtrees(span: Span) -> list[Subtree]:
    """Take a span apart into whole trees, the largest first."""
    found, start = [], span.start
    while start < span.end:
        level = (span.end - start).bit_length() - 1
        found.append(Subtree(level, start >> level))
        start += 1 << level
    return found


def is_included(leaf: bytes, position: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Say whether a proof leads from a leaf to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= position < size:
        return False
    place, last, found = position, size - 1, leaf
    for each in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(each, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, each)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(
    before: int, after: int, proof: Sequence[bytes], root_before: bytes, root_after: bytes
) -> bool:
    """Say whether one tree holds another one as its beginning (RFC 9162, 2.1.4.2)."""
    if before == after:
        return not proof and root_before == root_after
    if not 0 < before < after or not proof:
        return False
    path = [root_before, *proof] if before & (before - 1) == 0 else [*proof]
    place, last = before - 1, after - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(each, old), node_hash(each, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, each)
        place, last = place >> 1, last >> 1
    return last == 0 and old == root_before and new == root_after


def _split(size: int) -> int:
    """Give the largest power of two that is smaller."""
    return 1 << (size - 1).bit_length() - 1
