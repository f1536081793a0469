"""Why somebody did something, in their own words. It stays in the ledger when its person is gone.

So a reason may not hold what leads to anybody. A name cannot be told from any other word; pages
and commands ask for none.
"""

import re
import unicodedata

AT_MOST = 200
MAILBOX = re.compile(r"[^\s@]@[^\s@]")
NUMBER = re.compile(r"[0-9](?:[ ()./+-]{0,3}[0-9]){6}")
DAY = re.compile(r"\b(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}\. ?[0-9]{1,2}\. ?[0-9]{4})\b")


def names_somebody(reason: str) -> bool:
    """Say whether it holds a mailbox, or as many digits as a telephone number has."""
    text = DAY.sub("", unicodedata.normalize("NFKC", reason))
    return bool(MAILBOX.search(text) or NUMBER.search(text))
