"""Those who wrote messages: some have a say in them until each leaves, and all hear what became."""

from collections.abc import Iterable, Mapping

import msgspec

from watchword.features.delivery.ports import Author, Claimed, Hearer
from watchword.features.delivery.rules import MessageId, News, Next, Queued
from watchword.foundation.storage import Transaction


class Content(msgspec.Struct, array_like=True):
    """What is sealed while a message waits."""

    address: str
    facts: Mapping[str, str]
    purpose: str = ""


class Writers:
    """Who wrote a message is known by what its `about` begins with, before the first colon."""

    def __init__(self, authors: Mapping[str, Author], hearers: Mapping[str, Hearer]) -> None:
        """`hearers` are only told."""
        self._authors = authors
        self._hearers = hearers

    def author_of(self, about: str) -> Author | None:
        return self._authors.get(_name_in(about))

    def is_only_told(self, about: str) -> bool:
        return _name_in(about) in self._hearers

    async def stopped(
        self, transaction: Transaction, claimed: Iterable[Queued]
    ) -> Mapping[MessageId, str]:
        """Ask authors what may not leave any more. What stays shut is passed over."""
        asked = dict[str, list[Claimed]]()
        for queued in claimed:
            if isinstance(queued.opened, Content):
                theirs = asked.setdefault(_name_in(queued.about), [])
                theirs.append(Claimed(queued, queued.opened.facts))
        found = dict[MessageId, str]()
        for name, theirs in asked.items():
            found |= await self._authors[name].stopped(transaction, theirs)
        return found

    async def note(self, transaction: Transaction, news: Iterable[News]) -> None:
        """Tell those who wrote them what has become of messages."""
        told = dict[str, list[News]]()
        for each in news:
            told.setdefault(_name_in(each.about), []).append(each)
        for name, theirs in told.items():
            hearer = self._authors.get(name) or self._hearers.get(name)
            if hearer is not None:
                await hearer.note(transaction, theirs)


def news_of(queued: Queued, after: Next) -> News:
    return News(
        organisation_id=queued.organisation_id,
        about=queued.about,
        channel=queued.channel,
        provider=queued.provider,
        state=after.state,
        receipt=after.receipt,
        reason=after.reason,
    )


def _name_in(about: str) -> str:
    return about.partition(":")[0]
