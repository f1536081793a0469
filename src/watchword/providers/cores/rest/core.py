"""A core that speaks JSON over HTTP."""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import UTC
from functools import partial
from typing import Final, assert_never

from watchword.features.cores.rules import (
    Capability,
    CoreEvent,
    CoreName,
    CoreTraits,
    FindBy,
    Holder,
    Member,
    MemberRef,
    PinConflict,
    PinEnd,
    PinFits,
    PinLocked,
    PinMode,
    PinRefused,
    PinSet,
    PinState,
    PinUnknown,
    PinVerdict,
    PinWrong,
    Unavailable,
)
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Now
from watchword.providers.channels.documents import as_text, read_any
from watchword.providers.channels.http_exchange import Reply
from watchword.providers.cores.ailments import Ailments
from watchword.providers.cores.bounds import LONGEST_VALUE, MEMBERS_AT_MOST
from watchword.providers.cores.objections import is_pin, objection
from watchword.providers.cores.pin_facts import PinFact, state_of, told_by
from watchword.providers.cores.readings import (
    LISTS,
    digits_of,
    facts_of,
    is_same_number,
    text_of,
)
from watchword.providers.cores.rest.asking import Asking, Nobody
from watchword.providers.cores.rest.description import Find, Verify
from watchword.providers.cores.rest.places import at, items_at
from watchword.providers.cores.rest.settings import RestSettings, description
from watchword.providers.cores.schemes import Scheme, fits, written

TAIL: Final = 9
"""Digits of a telephone number that are the same however its beginning is written."""


class RestCore:
    """Fills the `BankingCore` port."""

    def __init__(self, settings: RestSettings, name: CoreName, now: Now) -> None:
        self._settings = settings
        self._description = description(settings)
        self._now = now
        self._ailments = Ailments(name)
        self._asking = Asking(settings, self._description, self._ailments)

    @property
    def ailment(self) -> str | None:
        return self._ailments.last

    @property
    def traits(self) -> CoreTraits:
        settings = self._settings
        return CoreTraits(
            pin_mode=PinMode.CLEAR if self._reads_pins else PinMode.HASHED,
            capabilities=self._capabilities(),
            finds_by=frozenset(self._description.find),
            reserved_pins=frozenset(settings.reserved_pins),
            pins_are_per_person=settings.pins_are_per_person,
            pin_lengths=settings.pin_lengths,
        )

    async def find(self, by: FindBy, value: Secret) -> Sequence[Member] | Unavailable:
        find, looked_for = self._description.find.get(by), value.reveal()
        if find is None or not _is_sensible(looked_for):
            return []
        digits = digits_of(looked_for)
        words = {"value": looked_for, "digits": digits, "tail": digits[-TAIL:]}
        document = await self._asking.read(find, words)
        if isinstance(document, Nobody | Unavailable):
            return [] if isinstance(document, Nobody) else document
        accounts = _accounts(document, find, by, looked_for)[:MEMBERS_AT_MOST]
        found = await asyncio.gather(*map(self._members, accounts))
        if gone := next((each for each in found if isinstance(each, Unavailable)), None):
            return gone
        members = [each for each in found if not isinstance(each, Unavailable)]
        return [one for each in members if _are_meant(each, by, looked_for) for one in each]

    async def pin_state(self, ref: MemberRef) -> PinState | Unavailable:
        found = await self._pin(ref)
        return found if isinstance(found, Unavailable) else self._state(found)

    async def verify_pin(self, ref: MemberRef, pin: Secret) -> PinVerdict:
        if self._description.verify is not None:
            return await self._have_verified(self._description.verify, ref, pin)
        found = await self._pin(ref)
        if isinstance(found, Unavailable):
            return found
        if self._state(found).is_locked:
            return PinLocked()
        return PinFits() if await self._fits(found, pin) else PinWrong()

    async def set_pin(self, ref: MemberRef, pin: Secret, expected: PinState) -> PinEnd:
        if reason := objection(pin, self.traits):
            return PinRefused(reason)
        found = await self._pin(ref)
        if isinstance(found, Unavailable):
            return found
        if self._state(found).version != expected.version:
            return PinConflict()
        first = self._description.first_pin
        write = first if first is not None and found is None else self._description.set_pin
        kept = await asyncio.to_thread(written, self._settings.scheme, pin.reveal())
        words = self._words(ref) | {
            "pin": kept,
            "old_pin": self._kept(found) or "",
            "version": text_of(self._fact(found, PinFact.VERSION)) or "",
        }
        ended = await self._asking.write(write, words)
        if isinstance(ended, PinSet) and write.is_confirmed and not await self.has_pin(ref, pin):
            return PinUnknown()
        return ended

    async def has_pin(self, ref: MemberRef, pin: Secret) -> bool | None:
        if not self._compares:
            return None
        found = await self._pin(ref)
        return None if isinstance(found, Unavailable) else await self._fits(found, pin)

    async def unlock(self, ref: MemberRef) -> bool | Unavailable:
        if self._description.unlock is None:
            return False
        ended = await self._asking.write(self._description.unlock, self._words(ref))
        match ended:
            case PinSet():
                return True
            case Unavailable():
                return ended
            case PinUnknown():
                return Unavailable()
            case PinConflict() | PinRefused():
                return False
            case _:
                assert_never(ended)

    async def note(self, ref: MemberRef, event: CoreEvent) -> None:
        if self._description.note is not None:
            await self._asking.write(self._description.note, self._words(ref) | {"event": event})

    async def is_well(self) -> bool:
        return not isinstance(await self._asking.read(self._description.health, {}), Unavailable)

    async def close(self) -> None:
        await self._asking.close()

    async def _members(self, account: str) -> Sequence[Member] | Unavailable:
        people = self._description.people
        ref = MemberRef(Secret(account), Secret(account))
        if people is None:
            return await self._with_facts([(ref, Holder.PRIMARY)])
        document = await self._asking.read(people, self._words(ref))
        if isinstance(document, Nobody | Unavailable):
            return [] if isinstance(document, Nobody) else document
        holders = []
        for item in items_at(document, people.items)[:MEMBERS_AT_MOST]:
            person = text_of(at(item, people.person)) or account
            role = people.role and text_of(at(item, people.role))
            is_first = people.role is None or role in people.primary
            holder = MemberRef(ref.account, Secret(person))
            holders.append((holder, Holder.PRIMARY if is_first else Holder.JOINT))
        return await self._with_facts(holders)

    async def _with_facts(
        self, holders: Sequence[tuple[MemberRef, Holder]]
    ) -> Sequence[Member] | Unavailable:
        members = []
        for ref, role in holders:
            facts: dict[str, object] = {"account_numbers": [ref.account.reveal()]}
            for knows in self._description.facts:
                document = await self._asking.read(knows, self._words(ref))
                if isinstance(document, Unavailable):
                    return document
                for name, places in knows.fields.items():
                    facts |= _told(document, name, places)
            members.append(Member(ref, role, facts_of(facts)))
        return members

    async def _have_verified(self, verify: Verify, ref: MemberRef, pin: Secret) -> PinVerdict:
        if not is_pin(pin):
            return PinWrong()
        reply = await self._asking.ask(verify, self._words(ref) | {"pin": pin.reveal()})
        if not isinstance(reply, Reply):
            return self._ailments.gone(reply.reason)
        said = str(reply.status)
        if verify.place is not None and said.startswith("2"):
            said = as_text(at(read_any(reply.body), verify.place))
        if said in verify.fits:
            return PinFits()
        if said in verify.locked:
            return PinLocked()
        is_no = said in verify.wrong or reply.status in self._description.nobody_status
        return PinWrong() if is_no else self._asking.unwilling(reply)

    async def _pin(self, ref: MemberRef) -> object | Unavailable | None:
        """Give what stands of a PIN; nothing if nothing does."""
        document = await self._asking.read(self._description.pin, self._words(ref))
        if isinstance(document, Nobody):
            return None
        return None if document in ([], {}) else document

    async def _fits(self, found: object, pin: Secret) -> bool:
        kept = self._kept(found)
        if kept is None or not is_pin(pin):
            return False
        return await asyncio.to_thread(fits, self._settings.scheme, kept, pin.reveal())

    def _words(self, ref: MemberRef) -> dict[str, str]:
        now = self._now().astimezone(UTC)
        return {
            "account": ref.account.reveal(),
            "person": ref.person.reveal(),
            "today": now.date().isoformat(),
            "now": now.isoformat(),
        }

    @property
    def _compares(self) -> bool:
        return PinFact.PIN in self._description.pin.fields

    @property
    def _reads_pins(self) -> bool:
        return self._compares and self._settings.scheme is Scheme.CLEAR

    def _capabilities(self) -> frozenset[Capability]:
        told = self._description
        able = told_by(told.pin.fields)
        claims = {
            Capability.SET_PIN: True,
            Capability.CONTACT_DATES: any("contacts_since" in each.fields for each in told.facts),
            Capability.READ_PIN: self._reads_pins,
            Capability.VERIFY_PIN: self._compares or told.verify is not None,
            Capability.VERIFY_COUNTS_FAILURES: bool(told.verify and told.verify.counts_failures),
            Capability.CONDITIONAL_WRITE: told.set_pin.is_conditional,
            Capability.UNLOCK: told.unlock is not None,
            Capability.WRITE_NOTE: told.note is not None,
        }
        return frozenset(able | {claim for claim, is_so in claims.items() if is_so})

    def _fact(self, found: object, fact: PinFact) -> object:
        place = self._description.pin.fields.get(fact)
        return None if place is None else at(found, place)

    def _kept(self, found: object) -> str | None:
        return text_of(self._fact(found, PinFact.PIN))

    def _state(self, found: object) -> PinState:
        kept = self._kept(found)
        version = text_of(self._fact(found, PinFact.VERSION)) or str(kept)
        return state_of(
            partial(self._fact, found),
            self.traits.pin_mode,
            is_set=kept is not None if self._compares else None,
            pin=Secret(kept) if self._reads_pins and kept is not None else None,
            version=Secret(hashlib.sha256(version.encode()).hexdigest()),
        )


def _is_sensible(looked_for: str) -> bool:
    return (
        0 < len(looked_for) <= LONGEST_VALUE and looked_for.isprintable() and looked_for.isascii()
    )


def _accounts(document: object, find: Find, by: FindBy, looked_for: str) -> list[str]:
    """Give the accounts in an answer, each once, in their order."""
    accounts = [
        text_of(at(item, find.account))
        for item in items_at(document, find.items)
        if not find.exact or any(_is_it(at(item, place), by, looked_for) for place in find.exact)
    ]
    return [*dict.fromkeys(account for account in accounts if account is not None)]


def _is_it(written: object, by: FindBy, looked_for: str) -> bool:
    text = text_of(written) or ""
    return is_same_number(text, looked_for) if by is FindBy.PHONE else text == looked_for


def _are_meant(members: Sequence[Member], by: FindBy, looked_for: str) -> bool:
    """Look again, where facts tell whether a core that searches widely has meant the same."""
    if by is not FindBy.TAX_ID:
        return True
    ours = digits_of(looked_for)
    known = [member.facts.ssn.reveal() for member in members if member.facts.ssn is not None]
    return bool(ours) and ours in known


def _told(document: object, name: str, places: str | tuple[str, ...]) -> dict[str, object]:
    """Give a fact by its name: what stands at the first place that has something, or in all."""
    several = (places,) if isinstance(places, str) else places
    values = [value for place in several if (value := at(document, place)) is not None]
    if name in LISTS:
        return {name: [one for value in values for one in _each(value)]}
    return {name: next((value for value in values if not isinstance(value, dict)), None)}


def _each(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
