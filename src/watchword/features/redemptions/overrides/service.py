"""What happens when somebody is let through without a code: it is counted, kept, and told.

Who notes a use of the master PIN holds `COUNTED_BY` before, so that of two tills at once one
comes first, and caps are exact.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.cards.desk import Backroom
from watchword.features.cards.desk import Desk as CardDesk
from watchword.features.cards.notices.rules import way_of_notice
from watchword.features.challenges.codes import denial_tag
from watchword.features.clients.rules import Caller
from watchword.features.contacts.channels import Channel
from watchword.features.customers.rules import Customer
from watchword.features.delivery.rules import Address, Draft
from watchword.features.limits.store import BudgetStore
from watchword.features.organisations.locations.store import LocationStore
from watchword.features.organisations.rules import LocationId, Organisation
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.features.redemptions.overrides.rules import (
    CapReached,
    Exceptional,
    Kind,
    Use,
    UseId,
    bound,
    capped,
    facts_of,
    worth_too_much,
)
from watchword.features.redemptions.overrides.store import UseStore
from watchword.features.redemptions.overrides.words import put_together
from watchword.features.redemptions.rules import Redemption
from watchword.features.templates.rules import TemplateName, closest
from watchword.features.tills.rules import Proof, TillSession, TillSessionId
from watchword.features.webhooks.events import Event, EventId, EventKind
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.pages import Bookmark, Page, page_of
from watchword.foundation.sealing import Place
from watchword.foundation.storage import Storage, Transaction

COUNTED_BY = "master_pin:all"
"""The budget that whoever enters a master PIN, or spends by one, holds first."""
ABOUT = "notice:"
GOOD_FOR = timedelta(days=2)
"""How long we try to bring a notice to somebody."""
IN_TEXT = 30
"""Characters of the names of a location and a reward in a text message."""


class Overrides:
    def __init__(
        self, *, storage: Storage, backroom: Backroom, settings: OrganisationSettings
    ) -> None:
        self._storage = storage
        self._room = backroom
        self._settings = settings

    async def allow(
        self, transaction: Transaction, caller: Caller, wanted: Exceptional, customer: Customer
    ) -> Use | CapReached:
        """Note a use of the master PIN and tell the customer, if no cap stands in the way."""
        if reached := await self.refuse(transaction, caller, wanted):
            return reached
        token = await self._tell(transaction, caller.organisation, wanted, customer)
        return await self._keep(transaction, caller, wanted, token)

    async def refuse(
        self, transaction: Transaction, caller: Caller, wanted: Exceptional
    ) -> CapReached | None:
        """Say which cap stands in the way of a use, and note it. As long as nobody says whose it
        would be, those of customers are not looked at."""
        whose = caller.organisation.id
        tally = await UseStore(transaction, whose).tally(wanted)
        settings = await self._settings.exceptions_now(transaction, whose, wanted.location_id)
        if reached := capped(tally, settings, wanted.value):
            await self._refuse(transaction, caller, wanted, reached)
        return reached

    async def note(self, transaction: Transaction, caller: Caller, wanted: Exceptional) -> Use:
        """Note an exception that has no caps: its customer is there, or an owner has granted it."""
        return await self._keep(transaction, caller, wanted, None)

    async def note_told(
        self, transaction: Transaction, caller: Caller, wanted: Exceptional, customer: Customer
    ) -> Use:
        """Note an exception that has no caps, and tell its customer."""
        token = await self._tell(transaction, caller.organisation, wanted, customer)
        return await self._keep(transaction, caller, wanted, token)

    async def let_through(
        self, transaction: Transaction, caller: Caller, session: TillSession
    ) -> None:
        """Note that an integration was let in without a code. Tills call it."""
        wanted = Exceptional(
            kind=Kind.DIRECT,
            session_id=session.id,
            customer_id=session.customer_id,
            location_id=session.location_id,
            terminal_id=session.terminal_id,
            staff=session.staff or caller.actor,
        )
        await self.note(transaction, caller, wanted)

    async def refuse_to_bind(
        self,
        transaction: Transaction,
        caller: Caller,
        session: TillSession,
        redemption: Redemption,
    ) -> CapReached | None:
        """Say why what is to be redeemed is worth too much for an exception; hold the sale before.

        What else is held for it comes after this.
        """
        if session.way is not Proof.MASTER_PIN:
            return None
        whose = caller.organisation.id
        await BudgetStore(transaction, whose).make_or_hold(COUNTED_BY)
        store = UseStore(transaction, whose)
        wanted = _wanted(await _of(store, session), redemption)
        settings = await self._settings.exceptions_now(transaction, whose, wanted.location_id)
        tally = await store.tally(wanted)
        if reached := worth_too_much(tally.value, settings, redemption.value):
            await self._refuse(transaction, caller, wanted, reached)
            return reached
        return None

    async def bind(
        self,
        transaction: Transaction,
        session: TillSession,
        redemption: Redemption,
        whose: OrganisationId,
    ) -> None:
        """Write down for what an exception is used, if it is one."""
        if session.way in (Proof.MASTER_PIN, Proof.DIRECT):
            store = UseStore(transaction, whose)
            await store.save(bound(await _of(store, session), redemption))

    async def of_session(
        self, transaction: Transaction, organisation_id: OrganisationId, id: TillSessionId
    ) -> Use | None:
        """Give the exception that was made in a sale, which is held."""
        return await UseStore(transaction, organisation_id).hold_of_session(id)

    async def page(
        self, organisation_id: OrganisationId, after: Bookmark | None, most: int
    ) -> Page[Use]:
        """Give exceptions, the newest first."""
        async with self._storage.reading(organisation_id) as transaction:
            found = await UseStore(transaction, organisation_id).page(after, most + 1)
        return page_of(found, most, lambda last: Bookmark(last.at, last.id))

    async def disputed(
        self, organisation_id: OrganisationId, since: datetime, most: int
    ) -> Sequence[Use]:
        """Give those of which customers said, since a moment, not to have been there."""
        async with self._storage.reading(organisation_id) as transaction:
            return await UseStore(transaction, organisation_id).disputed(since, most)

    async def reasons(self, caller: Caller, uses: Sequence[Use]) -> Mapping[UseId, str]:
        """Open the reasons that staff gave; of customers who were forgotten there are none."""
        whose, found = caller.organisation.id, dict[UseId, str]()
        async with self._storage.reading(whose) as transaction:
            store, desk = UseStore(transaction, whose), CardDesk(transaction, caller, self._room)
            for use in uses:
                sealed = await store.sealed_reason(use.id)
                if sealed is None or use.customer_id is None:
                    continue
                try:
                    reason = await desk.unseal(use.customer_id, sealed, _place(whose, use.id))
                except NotFound:
                    continue
                found[use.id] = reason.reveal()
        return found

    def announce(self, organisation: Organisation) -> None:
        """Wake those who carry what was said; call it when that is durable."""
        self._room.announce(organisation)

    async def _keep(
        self, transaction: Transaction, caller: Caller, wanted: Exceptional, token: str | None
    ) -> Use:
        whose = caller.organisation.id
        use = Use(
            id=UseId(new_id()),
            kind=wanted.kind,
            session_id=wanted.session_id,
            reward_id=wanted.reward_id,
            customer_id=wanted.customer_id,
            location_id=wanted.location_id,
            terminal_id=wanted.terminal_id,
            staff=wanted.staff,
            value=wanted.value,
            currency=wanted.currency,
            at=transaction.now(),
            told=token is not None,
        )
        sealed = None
        if wanted.reason is not None and wanted.customer_id is not None:
            desk = CardDesk(transaction, caller, self._room)
            sealed = await desk.seal(wanted.customer_id, wanted.reason, _place(whose, use.id))
        tag = None if token is None else denial_tag(token)
        await UseStore(transaction, whose).add(use, sealed, tag)
        told = {"told": "yes" if use.told else "no"}
        await note(transaction, caller, Action.OVERRIDE_USED, use, **told)
        said = {"use_id": str(use.id), **dict(facts_of(use))}
        await tell(transaction, self._room, caller, EventKind.OVERRIDE_USED, said)
        return use

    async def _refuse(
        self, transaction: Transaction, caller: Caller, wanted: Exceptional, reached: CapReached
    ) -> None:
        """Write down that a cap stood in the way. The PIN was right, so this is worth a look."""
        said = {**dict(facts_of(wanted)), "because": f"{reached.word}: {reached.cap}"}
        target = f"till:{wanted.session_id}"
        await _write(transaction, caller, Action.MASTER_PIN_REFUSED, target, said)
        await tell(transaction, self._room, caller, EventKind.OVERRIDE_REFUSED, said)

    async def _tell(
        self,
        transaction: Transaction,
        organisation: Organisation,
        wanted: Exceptional,
        customer: Customer,
    ) -> str | None:
        """Tell a customer at once; give the token by which they object, if they could be told."""
        room = self._room
        way = way_of_notice(customer, None, room.routes.served(organisation.mode))
        if way is None:
            return None
        token = room.new_token()
        is_text = way.channel is Channel.SMS
        place = await _place_name(transaction, organisation, wanted.location_id)
        what = wanted.reward_name.get(customer.locale.partition("-")[0])
        what = what or next(iter(wanted.reward_name.values()), None)
        facts = {
            "organisation": organisation.name,
            "place": place[:IN_TEXT] if is_text else place,
            "link": f"{room.mailroom.denials}{token}",
        }
        subject, text = put_together(
            way.channel, customer.locale, facts, what[:IN_TEXT] if what else None
        )
        draft = Draft(
            channel=way.channel,
            provider=room.routes.ways(organisation.mode, way.channel)[0],
            address=Address(way.contact.address.reveal()),
            template=TemplateName.OVERRIDE_NOTICE,
            locale=closest(customer.locale, organisation.locale),
            facts={"subject": subject, "text": text},
            about=f"{ABOUT}{new_id()}",
            not_after=transaction.now() + GOOD_FOR,
        )
        await room.mailroom.outbox.put(transaction, organisation.id, draft)
        return token


async def note(
    transaction: Transaction, caller: Caller, action: Action, use: Use, **more: str
) -> None:
    """Write a line about an exception into the ledger."""
    said = {**dict(facts_of(use)), **more}
    await _write(transaction, caller, action, target_of(use.id), said)


async def _write(
    transaction: Transaction,
    caller: Caller,
    action: Action,
    target: str,
    said: Mapping[str, str | int],
) -> None:
    entry = Entry(action=action, actor=caller.actor, target=target, details=said)
    await AuditStore(transaction, caller.organisation.id).add(entry)


async def tell(
    transaction: Transaction,
    room: Backroom,
    caller: Caller,
    kind: EventKind,
    said: Mapping[str, str | int],
) -> None:
    """Tell whoever listens about an exception."""
    whose, webhooks = caller.organisation.id, room.mailroom.webhooks
    if not await webhooks.is_heard(whose, transaction):
        return
    about = str(said.get("use_id") or said["session_id"])
    event = Event(kind=kind, id=EventId(new_id()), at=transaction.now(), about=about, data=said)
    await webhooks.note(transaction, whose, event)


async def _of(store: UseStore, session: TillSession) -> Use:
    use = await store.hold_of_session(session.id)
    if use is None:
        raise NotFound("exception")
    return use


def target_of(id: UseId) -> str:
    """Write an exception as the ledger does."""
    return f"override:{id}"


async def _place_name(
    transaction: Transaction, organisation: Organisation, id: LocationId | None
) -> str:
    if id is None:
        return organisation.name
    location = await LocationStore(transaction, organisation.id).get(id)
    return organisation.name if location is None else location.name


def _place(organisation_id: OrganisationId, id: UseId) -> Place:
    return Place(organisation_id, "override_uses", "reason", str(id))


def _wanted(use: Use, redemption: Redemption) -> Exceptional:
    return Exceptional(
        kind=use.kind,
        session_id=use.session_id,
        customer_id=redemption.customer_id,
        location_id=use.location_id,
        terminal_id=use.terminal_id,
        staff=use.staff,
        reward_id=redemption.reward_id,
        value=redemption.value,
        currency=redemption.currency,
    )
