"""What Twilio means by its numbers, as a table: how final it is, and the word we have for it."""

from collections.abc import Mapping
from typing import Final

from watchword.providers.channels.answers import Answer, Answers, Meaning, by_number

PERMANENT: Final[Mapping[str, tuple[int, ...]]] = {
    "number not valid": (13223, 13224, 13226, 21201, 21211, 21214, 21217, 21604),
    "sender not allowed": (21210, 21212, 21213, 21606, 21659, 21660, 21661, 30034),
    "country not allowed": (13227, 21215, 21408),
    "opted out": (21610, 63014, 63033),
    "no way to the number": (21612, 30006, 63003),
    "number cannot get texts": (21614, 21635),
    "number not approved": (21608, 21219, 63015),
    "text not allowed": (21602, 21605, 21617, 21619, 63005, 63013, 63021),
    "callback address not valid": (21205, 21609),
    "phone not reachable": (30003,),
    "blocked": (13225, 21216, 30004, 30007, 30038, 30450),
    "number unknown": (30005,),
    "template needed": (63016,),
    "template wrong": (21654, 21655, 21656, 63027, 63028, 63040, 63041, 63042),
    "not on WhatsApp": (63024, 63032),
    "held back by WhatsApp": (63049,),
}
"""It will never be taken like this. Messages are refused at once, or fail later by these."""

TEMPORARY: Final[Mapping[str, tuple[int, ...]]] = {
    "authentication refused": (20003, 20005, 20006, 20403, 63001, 63051),
    "account unknown": (20404,),
    "account suspended": (10001, 30002),
    "too many requests": (20429, 21611, 30001, 30022, 30023, 63038),
    "service or sender unknown": (21701, 21703, 21704, 63002, 63007),
    "fault at Twilio": (20503, 30008, 63010, 63012, 63020),
}
"""It was surely not taken now. Later or elsewhere it may be, or the operator can mend it."""

RECIPIENT: Final[Mapping[str, tuple[int, ...]]] = {"too many for this number": (14107, 63018)}
"""It was surely not taken now, and other numbers have nothing to do with it."""

ANSWERS: Answers = {
    # The address of a request names nothing but the account.
    "HTTP 404": Answer(Meaning.TEMPORARY, "account unknown"),
    **by_number("Twilio", PERMANENT, TEMPORARY, RECIPIENT),
}
"""What Twilio says by another number is told by the status, with the number as the reason."""
