"""What the words of a message are made of, and how languages count minutes.

The words themselves are data: one file for each language in `languages/`. Placeholders in them are
replaced, and nothing in what replaces them is read again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from watchword.features.contacts.channels import Channel


class Part(StrEnum):
    """A sentence of a text message that is left out where there is no room for it.

    The most important comes first: for how long the code is good (`It is good for 5 minutes.`),
    where to say that one did not ask for it, and that it is not to be shared.
    """

    LIFE = "life"
    DENIAL = "denial"
    SHARING = "sharing"


@dataclass(frozen=True, slots=True)
class Words:
    """What one message says.

    `text` is never left out. `life`, `sharing` and `denial` follow it in this order, as far as they
    have room. An e-mail has room: its `text` has a place `{unasked}` for either `denial`, which
    leads to a page, or `unasked`, where there is no such page.
    """

    text: str
    subject: str | None = None
    greeting: str | None = None
    """What a voice says before it asks for a key. Anybody may hear it."""
    life: str | None = None
    sharing: str | None = None
    denial: str | None = None
    unasked: str | None = None


Minutes: TypeAlias = Mapping[str, str]
"""How a language names minutes, by the category that a number has in its grammar (CLDR)."""

Days: TypeAlias = Mapping[str, str]
"""The same of days, for what lies about for weeks."""


Points: TypeAlias = Mapping[str, str]
"""The same of points."""


@dataclass(frozen=True, slots=True)
class Language:
    """Words of every channel, minutes and days, and how a voice takes its leave."""

    code: Mapping[Channel, Words]
    entry: Mapping[Channel, str]
    """What leads to the page on which a code is typed that one of ours has asked for. In a text
    message it takes the place of `denial`: whoever did not ask can say so on that page, too. A
    letter has the address beside the code, so its words say what the code is for."""
    spends: str
    """What a code lets be spent. It is never left out, for whoever reads it decides by it."""
    pays: str
    """The payment that a code is for, likewise."""
    points: Points
    page_only: str
    """What an e-mail says of whom a code is for; a code for redeeming has the next two instead."""
    checkout: str
    """What a text message says in place of not to share the code."""
    checkout_only: str
    read_aloud: Mapping[Channel, Words]
    """What carries a code that is read to staff on the telephone: it says to whom, and why."""
    link: Mapping[Channel, Words]
    """What leads to that page where the message with the code may not. No code is in it."""
    minutes: Minutes
    days: Days
    over: str
    """What a voice says instead of a code that it no longer tells."""
    denied: str
    """What it says to whoever did not ask for the code."""
    notice_over: str
    """What it says to whoever cannot hear a notice any more, or says that it was not them."""


def plural(count: int, locale: str) -> str:
    """Give the category of a number from 1 on: `one`, `few`, `many` or `other`."""
    if count == 1:
        return "one"
    if locale != "pl":
        return "other"
    return "few" if count % 10 in {2, 3, 4} and count % 100 not in {12, 13, 14} else "many"
