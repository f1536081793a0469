"""Strings that must not be seen by accident."""


class Secret:
    """Shows its content only to a caller who says `reveal`."""

    __slots__ = ("_content",)

    def __init__(self, content: str) -> None:
        self._content = content

    def reveal(self) -> str:
        return self._content

    def __repr__(self) -> str:
        return "Secret(…)"


def reveal_if_any(secret: Secret | None) -> str | None:
    return None if secret is None else secret.reveal()


def secret_if_any(content: str | None) -> Secret | None:
    return None if content is None else Secret(content)
