"""A tree of hashes over all entries (RFC 6962): one root stands for every entry in its order.

A leaf is hashed behind the byte 0, and a pair of nodes behind the byte 1, so that none can be
taken for the other. A node of level n stands over 2^n leaves; `place` counts it within its level.
"""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
TILE_LEVELS = 8
"""Nodes are kept at each eighth level; those between are made of 256 of them in no time."""

_sha256 = hashlib.sha256


def leaf_hash(entry: bytes) -> bytes:
    return _sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return _sha256(b"\1" + left + right).digest()


def folded(hashes: Sequence[bytes]) -> bytes:
    """Give the root over whole trees that stand beside each other, each smaller than the last."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for each in reversed(hashes[:-1]):
        root = node_hash(each, root)
    return root


class Node(NamedTuple):
    """A node over a whole tree."""

    level: int
    place: int
    hash: bytes


class CompactRange:
    """A tree that grows, of which only the tops of its whole parts are remembered.

    For a million entries these are twenty hashes at most.
    """

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        """`peaks`: the tops, from the largest part to the smallest."""
        if size.bit_count() != len(peaks):
            raise ValueError("A tree has one top for each bit of its size.")
        self.size = size
        self.peaks = [*peaks]

    def append(self, leaf: bytes, made: list[Node] | None = None) -> None:
        """Add a leaf; write down in `made` the nodes that are kept."""
        peaks, rest, level = self.peaks, self.size, 0
        while rest & 1:
            leaf = _sha256(b"\1" + peaks.pop() + leaf).digest()
            rest >>= 1
            level += 1
            if made is not None and level % TILE_LEVELS == 0:
                made.append(Node(level, self.size >> level, leaf))
        peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        return folded(self.peaks)


def packed(peaks: Sequence[bytes]) -> bytes:
    return b"".join(peaks)


def unpacked(peaks: bytes) -> list[bytes]:
    return [peaks[start : start + HASH_BYTES] for start in range(0, len(peaks), HASH_BYTES)]
