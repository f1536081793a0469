"""The code of a rehearsal: it is sent to nobody, and shown to whoever rehearses."""

import hashlib
from uuid import UUID

from watchword.foundation.secret import Secret

DIGITS = 6


def code_of(call_id: UUID) -> Secret:
    """Give the code of a call that is only rehearsed. It opens nothing, so anybody may know it."""
    drawn = int.from_bytes(hashlib.sha256(call_id.bytes).digest()[:8], "big")
    return Secret(f"{drawn % 10**DIGITS:0{DIGITS}d}")
