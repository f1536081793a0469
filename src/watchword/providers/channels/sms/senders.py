"""Whom a text message may be from."""

import re
from typing import Final

SENDER: Final = re.compile(r"\+[1-9][0-9]{1,14}|[0-9]{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 +_&-]{1,11}")


def check_sender(sender: str | None) -> None:
    """Refuse what phones cannot show. Without a sender, the provider has one of its own."""
    if sender is not None and not SENDER.fullmatch(sender):
        raise ValueError(
            "`sender` is neither a number such as +14155552345, nor a short number, nor a name "
            "of at most 11 letters, digits and spaces."
        )
