"""What a forger does who knows how an export is made, but has no key."""

from collections.abc import Sequence

from watchword.features.ledger.lines import ENTRY, entry_line, read_entry, split_entry
from watchword.features.ledger.rules import canonical
from watchword.features.ledger.tree import leaf_hash


def rehashed(line: bytes) -> bytes:
    """Give a line the hash of what it says now."""
    parts = split_entry(line.removesuffix(b"\n"))
    assert parts is not None
    return entry_line(parts[0], leaf_hash(parts[0]))


def relinked(lines: Sequence[bytes]) -> list[bytes]:
    """Do what a careful forger does: give every entry its hash and its link again."""
    previous, made = "", []
    for line in lines:
        if not line.startswith(ENTRY):
            made.append(line)
            continue
        parts = split_entry(line.removesuffix(b"\n"))
        assert parts is not None
        entry = read_entry(parts[0])
        assert entry is not None
        fields = {name: getattr(entry, name) for name in entry.__struct_fields__}
        content = canonical(fields | {"previous": previous})
        made.append(entry_line(content, leaf_hash(content)))
        parts = split_entry(made[-1].removesuffix(b"\n"))
        assert parts is not None
        previous = parts[1]
    return made
