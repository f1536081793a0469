"""SIDs: two letters that say of what, and the 32 hexadecimal digits of an id that we have."""

import hashlib
import re
from uuid import UUID

from watchword.foundation.framing import framed
from watchword.foundation.ids import Id

SID = re.compile(r"([A-Z]{2})([0-9a-fA-F]{32})")

ACCOUNT, API_KEY = "AC", "SK"
SERVICE, VERIFICATION, ATTEMPT = "VA", "VE", "VL"
RATE_LIMIT, BUCKET, TEMPLATE, SAFE_NUMBER = "RK", "BL", "HJ", "GN"
MESSAGING_SERVICE = "MG"


def write_sid(letters: str, id: UUID) -> str:
    return letters + id.hex


def read_sid(letters: str, said: str) -> Id | None:
    """Give the id that a SID of this kind stands for; nothing, if it cannot be one."""
    read = SID.fullmatch(said)
    return Id(read[2]) if read and read[1] == letters else None


def named_sid(letters: str, *names: str) -> str:
    """Give the SID of something that has a name and no id."""
    digest = hashlib.sha256(framed("watchword/sid/1", letters, *names)).hexdigest()
    return letters + digest[:32]
