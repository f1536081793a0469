"""That a PIN was set and nobody can be told: at once, or once no notice of it has come through.
And that whoever was told of it says that it was not them."""

from collections.abc import Sequence
from typing import Final

import structlog

from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.calls.log import LineKind, LogLine
from watchword.features.calls.notices.rules import read_about
from watchword.features.calls.rules import CallId
from watchword.features.calls.store import CallStore
from watchword.features.calls.writes.store import WriteStore
from watchword.features.delivery.rules import News
from watchword.features.delivery.store import MessageStore
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction

NOBODY_TOLD: Final = "nobody_told"
"""What stands in the log of a call if nothing on file leads to its member."""
NONE_ARRIVED: Final = "none_arrived"
"""Likewise, if something does, and nothing came through."""
NOT_THEM: Final = "not_them"
"""Likewise, if whoever was told says that it was not them."""

log = structlog.get_logger()


async def leave_untold(
    transaction: Transaction,
    whose: OrganisationId,
    id: CallId,
    turn: int,
    why: str,
    *,
    actor: str,
) -> None:
    """Say loudly that a PIN was set in a call, and that nobody could be told of it."""
    await WriteStore(transaction, whose).mark_untold(id)
    line = LogLine(turn, transaction.now(), LineKind.DECIDED, why)
    await CallStore(transaction, whose).add_lines(id, [line])
    entry = Entry(action=Action.PIN_NOT_TOLD, actor=actor, target=f"call:{id}")
    await AuditStore(transaction, whose).add(entry)
    log.warning("call.nobody_told", call_id=str(id), why=why)


async def leave_denied(
    transaction: Transaction, whose: OrganisationId, id: CallId, turn: int
) -> bool:
    """Say loudly that a PIN was set in a call, and that whoever was told of it did not do that.
    Nothing, if that stands there already, or no PIN was set in it."""
    if not await WriteStore(transaction, whose).deny(id):
        return False
    line = LogLine(turn, transaction.now(), LineKind.DECIDED, NOT_THEM)
    await CallStore(transaction, whose).add_lines(id, [line])
    actor = Noun.MACHINE.of("telephone")
    entry = Entry(action=Action.PIN_DENIED, actor=actor, target=f"call:{id}")
    await AuditStore(transaction, whose).add(entry)
    log.warning("call.pin_denied", call_id=str(id))
    return True


class Returns:
    """Fills `Hearer`: hears what has become of notices, and says so if none has come through."""

    async def note(self, transaction: Transaction, news: Sequence[News]) -> None:
        for each in news:
            await self._note(transaction, each)

    async def _note(self, transaction: Transaction, news: News) -> None:
        of = read_about(news.about)
        if of is None or not news.has_failed:
            return
        whose, (id, turn) = news.organisation_id, of
        if not await WriteStore(transaction, whose).hold(id):
            return
        notices = await MessageStore(transaction, whose).about(news.about)
        if all(each.has_failed for each in notices):
            actor = Noun.MACHINE.of("telephone")
            await leave_untold(transaction, whose, id, turn, NONE_ARRIVED, actor=actor)
