"""What happens when a till settles what it took in: each voucher by itself, and each once.

The voucher is held, so of two tills that tell of it at once one is first. Its points are spent;
with the other nothing moves, and the loss is written down with both tills. One that the
database or the books refuse is a loss, too: the others of its bundle have nothing to do with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.points.service import Points
from watchword.features.redemptions.desk import IN_ONE_ROW, must_move
from watchword.features.redemptions.events import news_of as news_of_redemption
from watchword.features.redemptions.rules import WORD, BadWord
from watchword.features.redemptions.store import RedemptionStore
from watchword.features.tills.terminals.rules import UnknownTerminal
from watchword.features.tills.terminals.service import Terminals
from watchword.features.vouchers.rules import Voucher, VoucherId, redeemed, settled, target_of
from watchword.features.vouchers.settling.rules import (
    Outcome,
    TakenIn,
    Use,
    Verdict,
    clock_off,
    judge,
    news_of,
    used,
)
from watchword.features.vouchers.settling.store import VoucherUseStore
from watchword.features.vouchers.store import VoucherStore
from watchword.features.vouchers.tokens import Seeds, Written, digest_of, read
from watchword.features.webhooks.events import EventKind
from watchword.features.webhooks.service import Webhooks
from watchword.foundation.ids import OrganisationId
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage, StorageConflict, Transaction

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Told:
    """What was taken in, as it was read, from a till whose clock is so far ahead."""

    taken: TakenIn
    written: Written | None
    digest: bytes
    off: timedelta
    age: timedelta
    is_signed: bool


class Settling:
    def __init__(
        self,
        *,
        storage: Storage,
        terminals: Terminals,
        points: Points,
        webhooks: Webhooks,
        seeds: Seeds,
    ) -> None:
        self._storage = storage
        self._terminals = terminals
        self._points = points
        self._webhooks = webhooks
        self._seeds = seeds

    async def settle(
        self, caller: Caller, credential: Secret, sent_at: datetime, vouchers: Sequence[TakenIn]
    ) -> Sequence[Outcome] | UnknownTerminal | BadWord:
        """Settle what a till took in; `sent_at` is what its clock says now. In the same order."""
        if any(each.order_id and not WORD.fullmatch(each.order_id) for each in vouchers):
            return BadWord("order_id")
        whose = caller.organisation.id
        outcomes = list[Outcome]()
        try:
            for taken in vouchers:
                outcome = await self._answer(caller, credential, self._read(whose, taken, sent_at))
                if isinstance(outcome, UnknownTerminal):
                    return outcome
                outcomes.append(outcome)
        finally:
            self._webhooks.announce(whose)  # Those before are settled, however this one ended.
        return outcomes

    def _read(self, whose: OrganisationId, taken: TakenIn, sent_at: datetime) -> _Told:
        written = read(taken.voucher)
        keys = {key.id: key for key in self._seeds.keys_of(whose).values()}
        key = None if written is None else keys.get(written.key_id)
        is_signed = written is not None and key is not None and key.has_signed(written)
        return _Told(
            taken,
            written,
            digest_of(taken.voucher),
            off=clock_off(sent_at, self._storage.now()),
            age=sent_at - taken.taken_at,
            is_signed=is_signed,
        )

    async def _answer(
        self, caller: Caller, credential: Secret, told: _Told
    ) -> Outcome | UnknownTerminal:
        try:
            return await self._settle(caller, credential, told)
        except StorageConflict:
            raise
        except IN_ONE_ROW as fault:
            id = None if told.written is None else str(told.written.promise.id)
            log.error("voucher.not_settled", voucher_id=id, fault=type(fault).__name__)  # noqa: TRY400
        return await self._settle(caller, credential, told, is_payable=False)

    async def _settle(
        self, caller: Caller, credential: Secret, told: _Told, *, is_payable: bool = True
    ) -> Outcome | UnknownTerminal:
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            terminal = await self._terminals.recognise(transaction, whose, credential)
            if isinstance(terminal, UnknownTerminal):
                return terminal
            found = await self._found(transaction, whose, told)
            uses = VoucherUseStore(transaction, whose)
            if earlier := await uses.told(terminal.id, told.digest, told.taken.order_id):
                return Outcome(earlier, again=True)
            verdict = judge(
                told.written, found, told.digest, terminal.location_id, is_signed=told.is_signed
            )
            if verdict is Verdict.SETTLED and not is_payable:
                verdict = Verdict.EXPIRED
            use = used(
                terminal,
                told.written,
                told.digest,
                told.taken.order_id,
                verdict,
                off=told.off,
                age=told.age,
                now=transaction.now(),
            )
            if not await uses.add(use):
                # It told us twice at once, of something that nobody could hold.
                earlier = await uses.told(terminal.id, told.digest, told.taken.order_id)
                assert earlier is not None  # noqa: S101 - it stood in the way just now
                return Outcome(earlier, again=True)
            if verdict is Verdict.SETTLED and found is not None:
                await self._spend(transaction, caller, found, use, told.taken.order_id)
            else:
                await self._lose(transaction, caller, use)
            await self._terminals.note_seen(transaction, whose, terminal)
        return Outcome(use)

    async def _found(
        self, transaction: Transaction, whose: OrganisationId, told: _Told
    ) -> Voucher | None:
        """Hold what we have under the name that a voucher says."""
        if told.written is None:
            return None
        return await VoucherStore(transaction, whose).hold(VoucherId(told.written.promise.id))

    async def _spend(
        self,
        transaction: Transaction,
        caller: Caller,
        voucher: Voucher,
        use: Use,
        order_id: str | None,
    ) -> None:
        whose, now = caller.organisation.id, transaction.now()
        moved = await self._points.commit(
            transaction, whose, voucher.account_id, voucher.id, actor=caller.actor
        )
        must_move(moved)
        await VoucherStore(transaction, whose).end(settled(voucher, now))
        redemption = redeemed(voucher, caller.actor, str(use.terminal_id), order_id, now)
        await RedemptionStore(transaction, whose).add(redemption)
        details: dict[str, str | int] = {
            "points": voucher.points,
            "value": voucher.value,
            "terminal": str(use.terminal_id),
            "late": "yes" if use.is_late else "no",
        }
        await _write(transaction, caller, Action.VOUCHER_SETTLED, target_of(voucher.id), details)
        if await self._webhooks.is_heard(whose, transaction):
            news = news_of_redemption(EventKind.REDEMPTION_COMMITTED, redemption, now)
            await self._webhooks.note(transaction, whose, news)

    async def _lose(self, transaction: Transaction, caller: Caller, use: Use) -> None:
        whose, uses = caller.organisation.id, VoucherUseStore(transaction, caller.organisation.id)
        is_double = use.verdict is Verdict.DOUBLE and use.voucher_id is not None
        other = await uses.settled_by(use.voucher_id) if is_double and use.voucher_id else None
        details: dict[str, str | int] = {
            "verdict": use.verdict,
            "loss": use.loss,
            "terminal": str(use.terminal_id),
        }
        if other is not None:
            details["other_terminal"] = str(other)
        target = target_of(use.voucher_id or use.id)
        await _write(transaction, caller, Action.VOUCHER_LOST, target, details)
        if await self._webhooks.is_heard(whose, transaction):
            await self._webhooks.note(transaction, whose, news_of(use, other))
        log.warning(
            "voucher.lost",
            use_id=str(use.id),
            verdict=use.verdict,
            terminal_id=str(use.terminal_id),
        )


async def _write(
    transaction: Transaction,
    caller: Caller,
    action: Action,
    target: str,
    details: dict[str, str | int],
) -> None:
    entry = Entry(action=action, actor=caller.actor, target=target, details=details)
    await AuditStore(transaction, caller.organisation.id).add(entry)
