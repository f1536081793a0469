"""What somebody types into one field to say whom they mean: a number, a mailbox or a letterbox."""

from watchword.features.contacts.post import read_line
from watchword.features.contacts.rules import Reading, Unreachable, read_email, read_phone

TYPED_AT_MOST = 400


def read_typed(typed: str, country: str) -> Reading:
    """Read it as what it can only be; `country` is where a number without a prefix belongs."""
    if len(typed) > TYPED_AT_MOST:
        return Unreachable("This is too long for an address.")
    if "@" in typed:
        return read_email(typed)
    return read_line(typed) if "," in typed else read_phone(typed, country)
