"""What Meta means by its numbers, as a table: how final it is, and the word we have for it."""

from collections.abc import Mapping
from typing import Final

from watchword.providers.channels.answers import Answer, Answers, Meaning, by_number

PERMANENT: Final[Mapping[str, tuple[int, ...]]] = {
    "request not valid": (100, 131008, 131009, 135000),
    "not on WhatsApp": (131026,),
    "number not approved": (131030,),
    "number is our own": (131021,),
    "country not allowed": (130497,),
    "template needed": (131047, 131051),
    "held back by WhatsApp": (130472, 131049),
    "opted out": (131050,),
    "template wrong": (132000, 132001, 132005, 132007, 132012, 132015, 132016),
}
"""It will never be taken like this. Messages are refused at once, or fail later by these."""

TEMPORARY: Final[Mapping[str, tuple[int, ...]]] = {
    "authentication refused": (0, 3, 10, 190, 200, 131005),
    "too many requests": (4, 80007, 130429, 131048),
    "account blocked": (368, 131031),
    "account not paid for": (131042,),
    "sender not set up": (33, 131037, 131045, 133010),
    "out of service": (2, 131000, 131016, 131057, 133004),
}
"""It was surely not taken now. Later or elsewhere it may be, or the operator can mend it."""

RECIPIENT: Final[Mapping[str, tuple[int, ...]]] = {"too many for this number": (131056,)}
"""It was surely not taken now, and other numbers have nothing to do with it."""

ANSWERS: Answers = {
    # The address of a request names nothing but the sender.
    "HTTP 404": Answer(Meaning.TEMPORARY, "sender not set up"),
    **by_number("Meta", PERMANENT, TEMPORARY, RECIPIENT),
}
"""What Meta says by another number is told by the status, with the number as the reason."""
