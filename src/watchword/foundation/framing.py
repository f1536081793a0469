"""Fields put in a row so that no two rows read alike: each stands behind its length."""


def framed(*fields: bytes | str) -> bytes:
    """Join fields for a MAC or as associated data; `("ab", "c")` and `("a", "bc")` differ."""
    parts = []
    for field in fields:
        content = field.encode() if isinstance(field, str) else field
        parts.append(len(content).to_bytes(4, "big"))
        parts.append(content)
    return b"".join(parts)
