"""The till itself: it learns, takes in, and tells what it took in when the line is back."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from watchword.client.faults import ClientFault
from watchword.client.offline.promises import read
from watchword.client.offline.rules import Answer, Taken, judge
from watchword.client.offline.store import TillFile
from watchword.client.voucher_shapes import VoucherKit, VoucherSettlement
from watchword.client.vouchers import Bundle, TakenIn

AT_ONCE = 20
"""Vouchers in one bundle: as many as the house reads at once."""


class SettleFirst(ClientFault):
    """A file goes over to another till when what it has is settled."""


class OtherBundle(ClientFault):
    """It answers more vouchers than were told, or fewer."""


def clock() -> datetime:
    return datetime.now(UTC)


class OfflineTill:
    """One till, with a memory in one file. Whatever it answers is on the disk before it answers;
    whatever it raises, hand nothing out."""

    def __init__(
        self,
        path: str | Path,
        *,
        now: Callable[[], datetime] = clock,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """`now` is the clock of the machine, which may be wrong; `seconds` one that nobody sets."""
        self._file = TillFile(path)
        self._now, self._seconds = now, seconds
        self._learned: tuple[datetime, float] | None = None

    def learn(self, kit: VoucherKit) -> None:
        """Remember a kit that was fetched just now; by it the till sets its clock."""
        with self._file.turn():
            memory = self._file.memory()
            is_another = memory.kit is not None and memory.kit.terminal_id != kit.terminal_id
            if is_another and memory.count:
                raise SettleFirst("The file has vouchers that another till took in.")
            self._file.learn(kit, kit.issued_at - self._now())
        self._learned = kit.issued_at, self._seconds()

    def take(
        self, scanned: str, *, amount: int | None = None, order_id: str | None = None
    ) -> Answer:
        """Take a voucher in, or say why not. Asked again for the same order, it says the same,
        also when the kit is too old by then."""
        voucher = read(scanned)
        with self._file.turn():
            now = self._time()
            memory = self._file.memory(None if voucher is None else voucher.promise.id)
            answer = judge(voucher, memory, now, amount=amount, order_id=order_id)
            self._file.saw(now)
            if isinstance(answer, Taken) and not answer.again and voucher is not None:
                self._file.take(answer.promise, TakenIn(voucher.text, now, order_id))
        return answer

    def undo(self, scanned: str) -> bool:
        """Forget a voucher of a sale that came to nothing; say whether it was still possible.

        It is not once a bundle was given out: the house may have settled it, and gives it back.
        """
        voucher = read(scanned)
        if voucher is None:
            return False
        with self._file.turn():
            return self._file.undo(voucher.promise.id)

    def bundles(self) -> Iterator[Bundle]:
        """Give what is to be settled, the oldest first, until the house has heard of all.

        What was given out can no longer be undone here.
        """
        while True:
            with self._file.turn():
                waiting = self._file.unsettled(AT_ONCE)
                self._file.tell(waiting)
            if not waiting:
                return
            yield Bundle(self._time(), tuple(waiting))
            with self._file.turn():
                if self._file.unsettled(1) == waiting[:1]:
                    return  # Nobody has said what became of it, so there is no sense in going on.

    def heard(self, bundle: Bundle, settlement: VoucherSettlement) -> None:
        """Remember what became of a bundle. From then on it does not count for the bounds."""
        if len(bundle.vouchers) != len(settlement.vouchers):
            raise OtherBundle("This is the answer to another bundle.")
        with self._file.turn():
            for taken, use in zip(bundle.vouchers, settlement.vouchers, strict=True):
                self._file.heard(taken, use.verdict)

    @property
    def waiting(self) -> tuple[int, int]:
        """How many vouchers are not settled yet, and what they are worth."""
        memory = self._file.memory()
        return memory.count, memory.value

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _time(self) -> datetime:
        """Say how late it is by the clock of the house, as far as a till can know.

        As long as the program runs, a clock that is set back does not make it earlier.
        """
        by_clock = self._now() + self._file.ahead()
        if self._learned is None:
            return by_clock
        since, at = self._learned
        return max(by_clock, since + timedelta(seconds=self._seconds() - at))
