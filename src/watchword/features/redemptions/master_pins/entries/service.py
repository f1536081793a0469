"""What happens when staff enter a master PIN: it is compared, counted, and lets one sale through.

Nothing is remembered between two requests, so what is switched off anywhere holds here at once.
Rows are held in one order: what the customer was asked, the sale, the budget of all tills, that of
this one.
"""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TypeAlias

import structlog

from watchword.features.audit.rules import Action
from watchword.features.clients.rules import Caller
from watchword.features.idempotency.rules import Once, OtherBody
from watchword.features.idempotency.service import Requests
from watchword.features.limits.rules import NotBefore, may_guess
from watchword.features.limits.store import BudgetStore
from watchword.features.organisations.settings.sections import Redemption as Settings
from watchword.features.redemptions.master_pins.pins import place_of, read_pin
from watchword.features.redemptions.master_pins.rules import (
    AT_A_TILL,
    IN_ALL,
    Begun,
    Elsewhere,
    Entered,
    Entering,
    MasterPin,
    NobodyThere,
    NoneSet,
    NoReason,
    NotEntered,
    NotStaff,
    OwnWallet,
    SeveralThere,
    WaitFirst,
    Waiting,
    WrongPin,
    Wrongs,
    is_at,
    is_good,
    is_let,
    may_enter,
    read_staff_id,
    righted,
    speaks_for,
    wronged,
)
from watchword.features.redemptions.master_pins.store import MasterPinStore
from watchword.features.redemptions.overrides.rules import CapReached, Exceptional, Kind
from watchword.features.redemptions.overrides.service import COUNTED_BY, Overrides
from watchword.features.rewards.rules import MayNotTake
from watchword.features.rewards.service import Rewards
from watchword.features.staff.rules import (
    StaffState,
    actor_of,
    find_fault_of_reason,
)
from watchword.features.staff.store import SealedMember, StaffStore
from watchword.features.tills.desk import Desk
from watchword.features.tills.rules import (
    PROOF_LIFE,
    NewSession,
    Proof,
    SessionOver,
    Shut,
    State,
    TillSession,
    TillSessionId,
    closed,
    is_open,
)
from watchword.features.tills.rules import Kind as Sale
from watchword.features.tills.service import Tills
from watchword.features.tills.terminals.rules import Terminal, UnknownTerminal
from watchword.features.tills.terminals.service import Terminals
from watchword.foundation.sealed_hashes import is_kept
from watchword.foundation.sealing import Sealer
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage

KEPT = (Entered, WrongPin)
"""What is answered again when the same request comes again."""

Outcome: TypeAlias = Entered | NotEntered | OtherBody
Spoken: TypeAlias = tuple[Terminal, SealedMember]
"""At which till it is said, and by whom."""

log = structlog.get_logger()


class PinEntries:
    def __init__(
        self,
        *,
        storage: Storage,
        requests: Requests,
        tills: Tills,
        terminals: Terminals,
        rewards: Rewards,
        overrides: Overrides,
        sealer: Sealer,
    ) -> None:
        """`sealer`: opens what was sealed with the key for PINs."""
        self._storage = storage
        self._requests = requests
        self._tills = tills
        self._terminals = terminals
        self._rewards = rewards
        self._overrides = overrides
        self._sealer = sealer

    async def begin(
        self, caller: Caller, new: NewSession, credential: Secret, once: Once | None = None
    ) -> Begun:
        """Begin a sale at a till whose customer is asked for nothing, for staff will enter the PIN.

        An unknown customer looks like a known one, and nobody gets a message.
        """
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            desk = self._tills.desk(transaction, caller)
            work = partial(self._begin, desk, new, credential)
            return await self._requests.once(transaction, whose, once, (Waiting,), work)

    async def _begin(
        self, desk: Desk, new: NewSession, credential: Secret
    ) -> Waiting | Shut | MayNotTake | UnknownTerminal:
        terminal = await self._terminals.recognise(desk.transaction, desk.id, credential)
        if isinstance(terminal, UnknownTerminal):
            return terminal
        new = replace(
            new, kind=Sale.STORE, location_id=terminal.location_id, terminal_id=str(terminal.id)
        )
        if not is_open(new.kind, Proof.MASTER_PIN, await desk.settings(new)):
            return Shut()
        reward = await desk.reward(new)
        if isinstance(reward, MayNotTake):
            return reward
        whom, card_id = await desk.whom(new), await desk.card_of(new)
        session = replace(
            desk.begun(new, whom),
            card_id=card_id,
            contact_id=await desk.contact_id(whom),
            points=None if reward is None else reward.points,
            expires_at=desk.now + PROOF_LIFE,
        )
        await desk.sessions.add(session)
        return Waiting(id=session.id, expires_at=session.expires_at)

    async def enter(
        self, caller: Caller, id: TillSessionId, entering: Entering, once: Once | None = None
    ) -> Outcome:
        """Let a customer through on the word of staff, for one sale.

        The body of `once` must not differ by the PIN alone: else whoever used a key could ask,
        without being counted, whether another PIN is the same. And no digest of it may rest that a
        thief of the database could undo by trying all that there are.
        """
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            desk = self._tills.desk(transaction, caller)
            terminal = await self._terminals.recognise(transaction, whose, entering.credential)
            if isinstance(terminal, UnknownTerminal):
                outcome: Outcome = terminal
            else:
                work = partial(self._enter, desk, id, entering, terminal)
                outcome = await self._requests.once(transaction, whose, once, KEPT, work)
        self._overrides.announce(caller.organisation)
        log.info("master_pin.entered", session_id=str(id), outcome=outcome.word)
        return outcome

    async def _enter(
        self, desk: Desk, id: TillSessionId, entering: Entering, terminal: Terminal
    ) -> Entered | NotEntered:
        session = await _held(desk, id)
        if over := closed(session, desk.now):
            return over
        spoken = await self._who(desk, session, entering, terminal)
        if not isinstance(spoken, tuple):
            return spoken
        settings = await desk.settings(session)
        if refusal := _may(session, spoken, settings):
            return refusal
        if session.state is State.PROVEN:
            return await self._said_before(desk, session)
        return await self._judge(desk, session, spoken, entering)

    async def _who(
        self, desk: Desk, session: TillSession, entering: Entering, terminal: Terminal
    ) -> Spoken | NotStaff | Elsewhere | NoReason:
        """Find out who stands at a till, and whether the sale is theirs."""
        transaction, whose = desk.transaction, desk.id
        staff_id = read_staff_id(entering.staff)
        store = StaffStore(transaction, whose)
        member = None if staff_id is None else await store.get(staff_id)
        if member is None or member.state is not StaffState.ACTIVE:
            return NotStaff()
        if not speaks_for(desk.caller.actor, member.id):
            return NotStaff()
        if not is_at(session, terminal, member.id):
            return Elsewhere()
        if fault := find_fault_of_reason(entering.reason):
            return NoReason(fault.because)
        await self._terminals.note_seen(transaction, whose, terminal)
        return terminal, member

    async def _judge(
        self, desk: Desk, session: TillSession, spoken: Spoken, entering: Entering
    ) -> Entered | NotEntered:
        """Compare what was typed. Budgets are held in one order, that of all tills first."""
        terminal = spoken[0]
        budgets, at_till = BudgetStore(desk.transaction, desk.id), f"master_pin:{terminal.id}"
        wrongs = Wrongs(await budgets.make_or_hold(COUNTED_BY), await budgets.make_or_hold(at_till))
        pin = await MasterPinStore(desk.transaction, desk.id).current(terminal.location_id)
        if pin is None or not is_good(pin, desk.now):
            return NoneSet()
        if wait := _wait(wrongs, desk.now):
            return wait
        is_right = self._is_right(desk, pin, entering.typed)
        after = righted(wrongs) if is_right else wronged(wrongs, desk.now)
        await budgets.save(COUNTED_BY, after.in_all)
        await budgets.save(at_till, after.at_till)
        if not is_right:
            await _note_wrong(desk, session, spoken)
            return WrongPin()
        return await self._let_in(desk, session, spoken, entering.reason.strip())

    def _is_right(self, desk: Desk, pin: MasterPin, typed: str) -> bool:
        read = read_pin(typed)
        # What cannot be one is compared with nothing: its check digits say so to everybody.
        place = place_of(desk.id, pin.id)
        return read is not None and is_kept(read, pin.sealed_hash, self._sealer, place)

    async def _let_in(
        self, desk: Desk, session: TillSession, spoken: Spoken, reason: str
    ) -> Entered | NotEntered:
        # Caps come before the look-up: where one is reached, nobody learns who is a customer.
        wanted = await self._wanted(desk, session, spoken, reason)
        if capped := await self._overrides.refuse(desk.transaction, desk.caller, wanted):
            return capped
        reached = await desk.customers_of(session)
        if len(reached) != 1:
            nobody = SeveralThere() if reached else NobodyThere()
            await _note_refused(desk, session, spoken, nobody.word)
            return nobody
        if await desk.is_close(spoken[1].contact_id, reached[0]):
            await _note_refused(desk, session, spoken, OwnWallet.word)
            return OwnWallet()
        customer = await desk.opened(reached[0])
        wanted = replace(wanted, customer_id=customer.id)
        use = await self._overrides.allow(desk.transaction, desk.caller, wanted, customer)
        if isinstance(use, CapReached):
            return use
        await desk.cancel(session.challenge_id)
        await self._tills.let_through(desk, session, Proof.MASTER_PIN, reached)
        return Entered(use.id, desk.now + PROOF_LIFE)

    async def _wanted(
        self, desk: Desk, session: TillSession, spoken: Spoken, reason: str
    ) -> Exceptional:
        """Say what is asked for, of whomever it may be."""
        terminal, member = spoken
        reward_id = session.wanted.reward_id
        reward = (
            None
            if reward_id is None
            else await self._rewards.get(desk.transaction, desk.id, reward_id)
        )
        return Exceptional(
            kind=Kind.MASTER_PIN,
            session_id=session.id,
            customer_id=None,
            location_id=terminal.location_id,
            terminal_id=str(terminal.id),
            staff=actor_of(member.id),
            reason=reason,
            reward_id=reward_id,
            reward_name={} if reward is None else reward.names,
            value=0 if reward is None else reward.value,
            currency="" if reward is None else reward.currency,
        )

    async def _said_before(self, desk: Desk, session: TillSession) -> Entered | SessionOver:
        """Say again what was said when this came before, and was lost on the way."""
        use = await self._overrides.of_session(desk.transaction, desk.id, session.id)
        if session.way is not Proof.MASTER_PIN or use is None:
            return SessionOver()
        return Entered(use.id, session.expires_at)


async def _held(desk: Desk, id: TillSessionId) -> TillSession:
    """Hold a sale, and what its customer was asked before: in the order in which answers do."""
    session = await desk.get(id)
    await desk.hold_challenge(session.challenge_id)
    return await desk.hold(id)


def _may(session: TillSession, spoken: Spoken, settings: Settings) -> Shut | NotStaff | None:
    terminal, member = spoken
    if not is_let(session, settings):
        return Shut()
    allowed = may_enter(member.grants, terminal.location_id, settings)
    return None if allowed else NotStaff()


def _wait(wrongs: Wrongs, now: datetime) -> WaitFirst | None:
    """Say from when on another one may be typed; nothing, if at once."""
    leaves = (may_guess(wrongs.in_all, IN_ALL, now), may_guess(wrongs.at_till, AT_A_TILL, now))
    moments = [leave.moment for leave in leaves if isinstance(leave, NotBefore)]
    return WaitFirst(max(moments)) if moments else None


async def _note_wrong(desk: Desk, session: TillSession, spoken: Spoken) -> None:
    await _note_refused(desk, session, spoken, WrongPin.word)


async def _note_refused(desk: Desk, session: TillSession, spoken: Spoken, because: str) -> None:
    terminal, member = spoken
    await desk.note(
        Action.MASTER_PIN_REFUSED,
        session,
        because=because,
        location_id=str(terminal.location_id),
        terminal_id=str(terminal.id),
        staff=actor_of(member.id),
    )
