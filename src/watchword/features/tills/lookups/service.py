"""What happens to sales whose integration knows nothing of them but a number of the customer."""

from functools import partial

import structlog

from watchword.features.audit.rules import Action
from watchword.features.challenges.verdicts import TooSoon
from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import Contact
from watchword.features.contacts.service import Contacts
from watchword.features.idempotency.rules import OtherBody
from watchword.features.idempotency.service import Requests
from watchword.features.tills.desk import Desk
from watchword.features.tills.lookups.rules import (
    Asked,
    Looked,
    NotAsked,
    OnItsWay,
    is_same_sale,
    ours,
    same_answer,
)
from watchword.features.tills.rules import (
    Burnt,
    CardNumber,
    NewSession,
    SessionOver,
    State,
    Superseded,
    TillSession,
    TillSessionId,
    over,
)
from watchword.features.tills.service import Tills
from watchword.features.tills.verdicts import KEPT, Answered
from watchword.foundation.storage import Storage, Transaction

GONE = (Superseded, Burnt, SessionOver)

log = structlog.get_logger()


class Lookups:
    def __init__(
        self, *, storage: Storage, requests: Requests, contacts: Contacts, tills: Tills
    ) -> None:
        self._storage = storage
        self._requests = requests
        self._contacts = contacts
        self._tills = tills

    async def ask(self, caller: Caller, new: NewSession) -> Asked:
        """Ask for a code. Whoever asks again while it is awaited gets it once more, if it is time
        for that, and not a sale of their own."""
        if isinstance(new.who, CardNumber):
            raise TypeError("A sale is looked up by a contact point.")
        async with self._storage.reading(caller.organisation.id) as transaction:
            live = await self._live(transaction, caller, new.who)
        if isinstance(live, TillSession) and is_same_sale(live, new):
            sent = await self._tills.send_again(caller, live.id)
            if isinstance(sent, TooSoon):
                return OnItsWay()
            if not isinstance(sent, GONE):
                return sent
        return await self._tills.open(caller, new)

    async def answer(
        self, caller: Caller, contact: Contact, typed: str
    ) -> Looked | NotAsked | Superseded:
        """Try the code for the sale at a contact point."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            live = await self._live(transaction, caller, contact)
            if not isinstance(live, TillSession):
                return live
            work = partial(self._answer, transaction, caller, live.id, typed)
            answered: Answered = await self._requests.once(
                transaction, whose, same_answer(live, typed), KEPT, work
            )
        self._tills.announce(caller)
        if isinstance(answered, OtherBody):
            raise TypeError("What was typed is what the answer is known by.")
        return Looked(live.id, answered)

    async def _answer(
        self, transaction: Transaction, caller: Caller, id: TillSessionId, typed: str
    ) -> Answered:
        desk = self._tills.desk(transaction, caller)
        session = await desk.get(id)
        if session.state is not State.PROVEN:
            return await self._tills.answer_within(transaction, caller, id, typed)
        return await self._burn(desk, id)

    async def _burn(self, desk: Desk, id: TillSessionId) -> Answered:
        """Let a proof be gone when somebody types another code than what proved it: to go on
        trying would be free otherwise."""
        session = await desk.hold(id)
        if session.state is State.PROVEN:
            await desk.sessions.save(over(session, State.BURNT, desk.now))
            await desk.note(Action.TILL_SESSION_BURNT, session)
            log.warning("till_session.burnt", session_id=str(id))
        return Burnt()

    async def _live(
        self, transaction: Transaction, caller: Caller, contact: Contact
    ) -> TillSession | NotAsked | Superseded:
        desk = self._tills.desk(transaction, caller)
        id = await self._contacts.known(transaction, desk.id, contact)
        if id is None:
            return NotAsked()
        return ours(await desk.sessions.live(id), caller.actor)
