"""Words that come with the request for a code, for this one message.

Other words are looked at by staff before they are sent. Of these we see nothing before a customer
does, so they may say less: they carry the code, and lead nobody to a page.
"""

import re
from dataclasses import dataclass

from watchword.features.templates.faults import find_faults_brought
from watchword.features.templates.findings import Finding, What

HERE = "{{code}}"
"""What stands for the code, as other products write it."""

PLACE = "{code}"


@dataclass(frozen=True, slots=True)
class Unsayable:
    """They cannot be sent, and why."""

    faults: tuple[Finding, ...]


def read_brought(said: str) -> str | Unsayable:
    """Read the words of a message; give them as templates have them, with `{code}` for the code."""
    if re.search(r"[{}]", said.replace(HERE, "")):
        return Unsayable((Finding(What.BRACE, "text"),))
    words = said.replace(HERE, PLACE)
    faults = find_faults_brought(words)
    return Unsayable(tuple(faults)) if faults else words
