"""What happens to words of an organisation's own: they are saved, taken back, and put to use."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from time import monotonic

import structlog

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.contacts.channels import Channel
from watchword.features.templates.own.rules import (
    OwnWords,
    OwnWordsId,
    Resetting,
    Saved,
    Saving,
    Slot,
    Stale,
    chosen,
    digest_of,
    is_usable,
    judge,
    length_of,
)
from watchword.features.templates.own.store import OwnWordsStore
from watchword.features.templates.rules import Rendered, TemplateName, put_together, render
from watchword.features.templates.words import Words
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.remembered import Remembered
from watchword.foundation.storage import Storage, StorageConflict, StorageUnavailable

FRESH_FOR = 3.0  # seconds; words that are saved elsewhere are sent from here after that

log = structlog.get_logger()


class OwnTexts:
    """What organisations say in their own words, and the words for each message.

    Words are asked for with every message, so they are remembered for some seconds.
    """

    def __init__(self, *, storage: Storage, seconds: Callable[[], float] = monotonic) -> None:
        """`seconds`: a steady clock, by which what is remembered grows stale."""
        self._storage = storage
        self._known = Remembered[OrganisationId, Mapping[Slot, OwnWords]](
            fresh_for=FRESH_FOR, seconds=seconds
        )

    async def render(
        self,
        organisation_id: OrganisationId,
        template: TemplateName,
        *,
        purpose: str,
        locale: str,
        channel: Channel,
        facts: Mapping[str, str],
        minutes: int,
    ) -> Rendered:
        """Put facts among the organisation's own words, or among the shipped ones.

        Open no transaction around it: it may read in one of its own.
        """
        if template is not TemplateName.CODE:
            return render(template, locale, channel, facts, minutes)
        if channel is Channel.SMS and "brought" in facts:
            return put_together(Words(facts["brought"]), locale, channel, facts, minutes)
        known = await self._remembered(organisation_id)
        own = chosen(known, purpose, channel, locale)
        if own is None or own.words is None:
            return render(template, locale, channel, facts, minutes, purpose)
        return put_together(own.words, locale, channel, facts, minutes)

    async def all(self, organisation_id: OrganisationId) -> Mapping[Slot, OwnWords]:
        """Give all own words that there are, whether they can be sent or not."""
        async with self._storage.reading(organisation_id) as transaction:
            found = await OwnWordsStore(transaction, organisation_id).in_force()
        return {own.slot: own for own in found}

    async def latest(self, organisation_id: OrganisationId, slot: Slot) -> OwnWords | None:
        """Give what stands in a slot; without words, if it went back to the shipped ones."""
        async with self._storage.reading(organisation_id) as transaction:
            return await OwnWordsStore(transaction, organisation_id).latest(slot)

    async def versions(self, organisation_id: OrganisationId, slot: Slot) -> Sequence[OwnWords]:
        async with self._storage.reading(organisation_id) as transaction:
            return await OwnWordsStore(transaction, organisation_id).versions(slot)

    async def save(self, caller: Caller, slot: Slot, words: Words, *, seen: int) -> Saving:
        """Send these words from now on. `seen` is the version that they are to replace, or 0."""
        return judge(slot, words) or await self._put(caller, slot, words, seen)

    async def reset(self, caller: Caller, slot: Slot, *, seen: int) -> Resetting:
        """Go back to the shipped words."""
        return await self._put(caller, slot, None, seen)

    async def _put(
        self, caller: Caller, slot: Slot, words: Words | None, seen: int
    ) -> Saved | Stale:
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            store = OwnWordsStore(transaction, whose)
            before = await store.hold(slot)
            own = OwnWords(
                id=OwnWordsId(new_id()),
                slot=slot,
                version=seen + 1,
                words=words,
                created_at=transaction.now(),
                created_by=caller.actor,
            )
            is_seen = seen == (0 if before is None else before.version)
            if not is_seen or not await store.add(own):
                return Stale(await store.latest(slot))
            await AuditStore(transaction, whose).add(_entry(own, caller.actor))
        self._known.forget(whose)
        return Saved(own)

    async def _remembered(self, organisation_id: OrganisationId) -> Mapping[Slot, OwnWords]:
        read = partial(self._usable, organisation_id)
        try:
            return await self._known.find(organisation_id, read)
        except (StorageUnavailable, StorageConflict):
            # A code that goes out in other words is better than one that does not go out.
            return self._known.last(organisation_id) or {}

    async def _usable(self, organisation_id: OrganisationId) -> Mapping[Slot, OwnWords]:
        """Read the words that may be sent. Nobody waits in vain for a code because of the rest."""
        usable: dict[Slot, OwnWords] = {}
        for slot, own in (await self.all(organisation_id)).items():
            if is_usable(own):
                usable[slot] = own
            else:
                log.error("own_words.unusable", own_words_id=str(own.id))
        return usable


def _entry(own: OwnWords, actor: str) -> Entry:
    """Say what was done, without the words: their digest tells whether two are the same."""
    details: dict[str, str | int] = {
        "purpose": own.slot.purpose,
        "channel": own.slot.channel,
        "locale": own.slot.locale,
        "version": own.version,
    }
    action = Action.OWN_WORDS_RESET
    if own.words is not None:
        action = Action.OWN_WORDS_SAVED
        details |= {"digest": digest_of(own.words), "characters": length_of(own.words)}
    return Entry(action=action, actor=actor, target=str(own.id), details=details)
