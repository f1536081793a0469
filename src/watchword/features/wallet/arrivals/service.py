"""What happens on the way in: a code goes out, comes back, and is asked for once more.

Known or unknown makes no difference here, and nothing is looked up that could make one: the same
statements are made for everybody, until a code has come back.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from watchword.features.challenges.codebook import Telling
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.rules import ChallengeId, Status
from watchword.features.challenges.service import Answered, Challenges
from watchword.features.challenges.shown import Shown
from watchword.features.challenges.verdicts import (
    Locked,
    Over,
    Refusal,
    TooMany,
    Verified,
)
from watchword.features.contacts.rules import (
    Contact,
    ContactId,
    ContactKind,
    read_email,
    read_phone,
)
from watchword.features.contacts.service import Contacts
from watchword.features.contacts.suppressions.rules import OptedOut
from watchword.features.idempotency.rules import OtherBody
from watchword.features.limits.rules import NotBefore
from watchword.features.limits.service import Gates
from watchword.features.organisations.rules import Organisation
from watchword.features.staff.sessions.rules import fingerprint
from watchword.features.wallet.arrivals.rules import (
    FROM_ONE_ADDRESS,
    LIFE,
    PURPOSES,
    Arrival,
    ArrivalId,
    Facts,
    Gone,
    Kind,
    NotReached,
    Onward,
    Step,
    TooOften,
    asked_at,
    proven,
    with_facts,
)
from watchword.features.wallet.arrivals.store import ArrivalStore
from watchword.features.wallet.rules import Guest
from watchword.features.wallet.sessions.rules import SECRET_BYTES, Visit
from watchword.foundation.ids import Id, new_id
from watchword.foundation.sealing import Sealer
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage, Transaction

DOOR = "wallet"

Begun: TypeAlias = Onward | TooOften | NotReached | TooMany | Locked
Answer: TypeAlias = Answered | Gone


class Arrivals:
    def __init__(
        self,
        *,
        storage: Storage,
        contacts: Contacts,
        challenges: Challenges,
        gates: Gates,
        sealer: Sealer,
    ) -> None:
        self._storage = storage
        self._contacts = contacts
        self._challenges = challenges
        self._gates = gates
        self._sealer = sealer

    async def begin(
        self,
        organisation: Organisation,
        wanted: Sequence[Contact],
        *,
        kind: Kind,
        locale: str,
        address: str,
        visit: Visit | None = None,
        replaces: str | None = None,
    ) -> Begun:
        """Send a code to the first contact point; the others are proven after it.

        `address`: from where somebody comes, which is not kept. `visit`: who is signed in already.
        """
        leave = await self._gates.knock(address, at=DOOR, limits=FROM_ONE_ADDRESS)
        if isinstance(leave, NotBefore):
            return TooOften(leave.moment)
        id, first, now = ArrivalId(new_id()), wanted[0], self._storage.now()
        sent = await self._send(organisation, id, Asking(kind, first, locale, Secret(address)))
        if isinstance(sent, NotReached | TooMany | Locked):
            return sent
        facts = facts_of(wanted, visit, replaces)
        arrival = Arrival(
            id=id,
            kind=kind,
            step=Step.CODE,
            contact_id=None,
            challenge_id=None,
            customer_id=None if visit is None else visit.customer_id,
            facts=facts,
            created_at=now,
            expires_at=now + LIFE,
        )
        return await self._keep(organisation, arrival, first, sent)

    async def _keep(
        self, organisation: Organisation, arrival: Arrival, contact: Contact, sent: ChallengeId
    ) -> Onward:
        secret = new_secret()
        async with self._storage.begin(organisation.id) as transaction:
            known = await self._contacts.known(transaction, organisation.id, contact)
            asked = asked_at(arrival, contact.masked, sent, known)
            await self.store(transaction, organisation).add(asked, fingerprint(secret))
        return Onward(secret)

    async def look(self, organisation: Organisation, secret: Secret) -> Arrival | None:
        """Give what a browser has begun; nothing, if its time is over."""
        async with self._storage.reading(organisation.id) as transaction:
            store = self.store(transaction, organisation)
            return await store.find(fingerprint(secret), transaction.now())

    async def kinds(self, organisation: Organisation, arrival: Arrival) -> Collection[ContactKind]:
        """Say what kinds of contact points somebody has shown to be theirs by now."""
        async with self._storage.reading(organisation.id) as transaction:
            return {
                (await self._contacts.open(transaction, organisation.id, ContactId(Id(id)))).kind
                for id in arrival.facts.proven
            }

    async def answer(self, organisation: Organisation, secret: Secret, typed: str) -> Answer:
        """Try a code, as somebody typed it. What follows on the right one is not decided here."""
        arrival = await self.look(organisation, secret)
        if arrival is None or arrival.step is not Step.CODE or arrival.challenge_id is None:
            return Gone()
        outcome = await self._challenges.answer(
            Guest(organisation), arrival.challenge_id, typed, str(arrival.id)
        )
        if not isinstance(outcome, Verified):
            return outcome
        async with self._storage.begin(organisation.id) as transaction:
            store = self.store(transaction, organisation)
            held = await store.hold(fingerprint(secret), transaction.now())
            if held is None or held.challenge_id != arrival.challenge_id:
                return Gone()
            await store.save(proven(held), fingerprint(secret))
        return outcome

    async def go_on(
        self, organisation: Organisation, secret: Secret, locale: str, address: str
    ) -> Onward | None:
        """Send a code to the second contact point, if there is one and it is to be reached."""
        arrival = await self.look(organisation, secret)
        if arrival is None or arrival.facts.then is None:
            return None
        then = _read(*arrival.facts.then)
        if then is None:
            return None
        asked = Asking(arrival.kind, then, locale, Secret(address))
        sent = await self._send(organisation, arrival.id, asked)
        if isinstance(sent, NotReached | TooMany | Locked):
            return None
        fresh = new_secret()
        async with self._storage.begin(organisation.id) as transaction:
            store = self.store(transaction, organisation)
            held = await store.hold(fingerprint(secret), transaction.now())
            if held is None:
                return None
            known = await self._contacts.known(transaction, organisation.id, then)
            after = asked_at(held, then.masked, sent, known)
            await store.save(with_facts(after, then=None), fingerprint(fresh))
        return Onward(fresh)

    async def resend(
        self, organisation: Organisation, secret: Secret, locale: str, address: str
    ) -> Shown | Onward | TooOften | NotReached | Refusal | OtherBody | Gone:
        """Send the code once more; where it does not count any more, send another one."""
        arrival = await self.look(organisation, secret)
        if arrival is None or arrival.step is not Step.CODE or arrival.challenge_id is None:
            return Gone()
        sent = await self._challenges.resend(Guest(organisation), arrival.challenge_id, None)
        if not isinstance(sent, Over):
            return sent
        leave = await self._gates.knock(address, at=DOOR, limits=FROM_ONE_ADDRESS)
        if isinstance(leave, NotBefore):
            return TooOften(leave.moment)
        return await self._send_another(organisation, arrival, secret, locale, address)

    async def _send_another(
        self,
        organisation: Organisation,
        arrival: Arrival,
        secret: Secret,
        locale: str,
        address: str,
    ) -> Onward | NotReached | TooMany | Locked | Gone:
        """Open a challenge in place of the one that is over, at the same contact point."""
        if arrival.contact_id is None:
            return Gone()
        async with self._storage.reading(organisation.id) as transaction:
            contact = await self._contacts.open(transaction, organisation.id, arrival.contact_id)
        asked = Asking(arrival.kind, contact, locale, Secret(address))
        sent = await self._send(organisation, arrival.id, asked)
        if isinstance(sent, NotReached | TooMany | Locked):
            return sent
        async with self._storage.begin(organisation.id) as transaction:
            store = self.store(transaction, organisation)
            held = await store.hold(fingerprint(secret), transaction.now())
            if held is None or held.step is not Step.CODE:
                return Gone()
            after = asked_at(held, contact.masked, sent, arrival.contact_id)
            await store.save(after, fingerprint(secret))
        return Onward(secret)

    async def is_over(self, organisation: Organisation, arrival: Arrival) -> bool:
        """Say whether the code that was sent counts no more, so that another one is needed."""
        if arrival.step is not Step.CODE or arrival.challenge_id is None:
            return False
        shown = await self._challenges.read(Guest(organisation), arrival.challenge_id)
        return shown.status is not Status.PENDING

    async def leave(self, organisation: Organisation, secret: Secret) -> None:
        """Forget that somebody was on the way."""
        async with self._storage.begin(organisation.id) as transaction:
            store = self.store(transaction, organisation)
            held = await store.hold(fingerprint(secret), transaction.now())
            if held is not None:
                await store.drop(held.id)

    def store(self, transaction: Transaction, organisation: Organisation) -> ArrivalStore:
        return ArrivalStore(transaction, organisation.id, self._sealer)

    async def _send(
        self, organisation: Organisation, id: ArrivalId, asking: "Asking"
    ) -> ChallengeId | NotReached | TooMany | Locked:
        """Send a code, or let it look so. It is good for this arrival, and for no other."""
        opening = Opening(
            purpose=PURPOSES[asking.kind],
            contact=asking.contact,
            channel=None,
            locale=asking.locale,
            reference=f"{DOOR}:{id}",
            requester=asking.requester,
            transaction=str(id),
        )
        guest = Guest(organisation)
        opened = await self._challenges.open(guest, opening)
        if isinstance(opened, OptedOut):
            # Nobody is to see who wants to hear nothing: a challenge like all others, of which
            # nothing is sent and which no code answers.
            silent = replace(opening, telling=Telling.KEPT)
            opened = await self._challenges.open(guest, silent)
        match opened:
            case Shown():
                return opened.id
            case TooMany() | Locked():
                return opened
            case _:
                return NotReached()


class Asking(NamedTuple):
    """What a code is asked for with."""

    kind: Kind
    contact: Contact
    locale: str
    requester: Secret


def facts_of(wanted: Sequence[Contact], visit: Visit | None, replaces: str | None) -> Facts:
    return Facts(
        to=wanted[0].masked,
        then=next(((each.kind.value, each.address.reveal()) for each in wanted[1:]), None),
        replaces=replaces,
        session_id=None if visit is None else str(visit.session.id),
    )


def new_secret() -> Secret:
    return Secret(secrets.token_urlsafe(SECRET_BYTES))


def _read(kind: str, address: str) -> Contact | None:
    """Read a contact point again that was read before."""
    read = read_email(address) if kind == ContactKind.EMAIL else read_phone(address, "DE")
    return read if isinstance(read, Contact) else None
