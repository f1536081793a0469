"""Strings that must not be seen by accident."""

import hmac


class Secret:
    """Shows its content only to a caller who says `reveal`."""

    __slots__ = ("_content",)

    def __init__(self, content: str) -> None:
        self._content = content

    def reveal(self) -> str:
        return self._content

    def __repr__(self) -> str:
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        """Compare in a time that tells nothing of where two differ."""
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(_bytes(self), _bytes(other))

    def __hash__(self) -> int:
        return hash(self._content)


def _bytes(secret: Secret) -> bytes:
    # What came from outside may have halves of characters, which no encoding of text knows.
    return secret.reveal().encode(errors="surrogatepass")


def reveal_if_any(secret: Secret | None) -> str | None:
    return None if secret is None else secret.reveal()


def secret_if_any(content: str | None) -> Secret | None:
    return None if content is None else Secret(content)
