"""Which template says what is true of a code: in what language, and for how long it is good.

The words of a template are WhatsApp's own. For how many minutes a code is good is stated in it
once and for all. So there is one for each number of minutes that is needed.
"""

import re
from collections.abc import Mapping
from typing import Final, TypeVar

STATED: Final = re.compile(r"[1-9][0-9]?")
SHORTEST, LONGEST = 1, 90
"""Minutes that a template may state."""

ENGLISH: Final = "en"
Named = TypeVar("Named")


def choose(templates: Mapping[str, Named], minutes: int) -> Named | None:
    """Give the template that states the most minutes, yet no more than the code is good for."""
    good = [stated for stated in map(int, templates) if stated <= minutes]
    return templates[str(max(good))] if good else None


def none_for(minutes: int) -> str:
    """Say why nothing can be sent."""
    return f"no template for {minutes} minutes"


def in_language(choices: Mapping[str, Named], locale: str) -> Named | None:
    """Choose by language: just this one, else its family, else English."""
    known = {name.lower(): choice for name, choice in choices.items()}
    wanted = locale.lower()
    for name in (wanted, wanted.partition("-")[0], ENGLISH):
        if name in known:
            return known[name]
    return None


def check_minutes(templates: Mapping[str, object]) -> None:
    """Refuse minutes in the settings that no template can state."""
    if not templates:
        raise ValueError("`templates` names none; give at least one, such as { 5 = … }.")
    for stated in templates:
        if not STATED.fullmatch(stated) or int(stated) > LONGEST:
            raise ValueError(
                f"`templates` is by minutes, as whole numbers from {SHORTEST} to {LONGEST}."
            )


def suffix_of(entry: str) -> str:
    """Give what is a customer's own in an address of ours. The template has all before it."""
    return entry.rpartition("/")[2]
