"""Those who have a say in their messages until each of them leaves."""

from collections.abc import Mapping, Sequence

import msgspec

from watchword.features.delivery.ports import Author, Claimed
from watchword.features.delivery.rules import MessageId, Queued
from watchword.foundation.storage import Transaction


class Content(msgspec.Struct, array_like=True):
    """What is sealed while a message waits."""

    address: str
    facts: Mapping[str, str]
    purpose: str = ""


def author_of(about: str) -> str:
    return about.partition(":")[0]


async def stopped(
    authors: Mapping[str, Author], transaction: Transaction, claimed: Sequence[Queued]
) -> Mapping[MessageId, str]:
    """Ask those who wrote them what may not leave any more. What stays shut is passed over."""
    asked = dict[str, list[Claimed]]()
    for queued in claimed:
        if isinstance(queued.opened, Content):
            theirs = asked.setdefault(author_of(queued.about), [])
            theirs.append(Claimed(queued, queued.opened.facts))
    found = dict[MessageId, str]()
    for name, theirs in asked.items():
        found |= await authors[name].stopped(transaction, theirs)
    return found
