"""Whatever tills without a line do, in any order: sums stay right, and the loss within its bound.

DRILL_VOUCHERS sets how many stories are played.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Coroutine
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.features.tills.shop import MUG, Shop
from tests.features.vouchers.stand import Stand, as_settled, stand_of
from tests.stores import KEYRING, MovableTime
from tests.whole_house import Dealt, new_client
from watchword.client.offline import OfflineTill, Taken
from watchword.features.organisations.rules import Mode
from watchword.features.points.ledger import Book, Kind
from watchword.features.points.store import PointStore
from watchword.features.vouchers.rules import Voucher, VoucherId
from watchword.features.vouchers.settling.rules import Use, Verdict
from watchword.migrations.steps import upgrade
from watchword.settings import parse
from watchword.wiring import open_services

STORIES = int(os.environ.get("DRILL_VOUCHERS", "8"))
POINTS, TILLS, AT_ONE_TILL = 200, 3, 1_000
Outcome = TypeVar("Outcome")
which = st.integers(0, TILLS - 1)


class Market(RuleBasedStateMachine):
    """One customer, three tills of one location, and a line that is mostly away."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = TemporaryDirectory()
        self.tokens: list[str] = []
        self.told: list[Use] = []
        self.run(self.set_up())

    def run(self, work: Coroutine[Any, Any, Outcome]) -> Outcome:
        return self.loop.run_until_complete(work)

    async def set_up(self) -> None:
        url = f"sqlite:///{Path(self.folder.name) / 'market.db'}"
        await upgrade(url)
        self.time = MovableTime()
        settings_ = parse({"database": {"url": url}})
        self.opened = open_services(settings_, KEYRING, now=self.time, draw=Dealt())
        services = await self.opened.__aenter__()
        client = await new_client(services, "tester", Mode.TEST)
        self.stand: Stand = await stand_of(Shop(services, client, Dealt(), self.time))
        await self.stand.set(
            vouchers_by_customer=5, value_by_terminal=AT_ONE_TILL, grace_hours=24, kit_hours=168
        )
        self.tills: list[OfflineTill] = [
            await self.stand.till(Path(self.folder.name), number) for number in range(TILLS)
        ]

    def teardown(self) -> None:
        for till in self.tills:
            till.close()
        self.run(self.opened.__aexit__(None, None, None))
        self.loop.close()
        self.folder.cleanup()

    @rule()
    def take_along(self) -> None:
        taken = self.run(self.stand.take())
        if isinstance(taken, Voucher):
            self.tokens.append(self.stand.shown(taken))

    @rule(till=which, voucher=st.integers(0, 5))
    def show(self, till: int, voucher: int) -> None:
        for token in self.tokens[voucher : voucher + 1]:
            answers = [self.tills[till].take(token) for _ in range(2)]
            assert sum(isinstance(each, Taken) for each in answers) <= 1

    @rule(till=which)
    def settle(self, till: int) -> None:
        """The line is back for a moment; each bundle is told twice."""
        lost = 0
        for bundle in self.tills[till].bundles():
            self.run(self.stand.tell(bundle, till))
            told = self.run(self.stand.tell(bundle, till))
            uses = [each.use for each in told]
            lost += sum(each.loss for each in uses)
            self.told += uses
            self.tills[till].heard(bundle, as_settled(told))
        assert lost <= AT_ONE_TILL

    @rule(hours=st.sampled_from([1, 12, 40]))
    def wait(self, hours: int) -> None:
        self.time.pass_by(timedelta(hours=hours))
        self.run(self.stand.shop.services.vouchers.vouchers.release(10))

    @rule(till=which)
    def learn(self, till: int) -> None:
        self.tills[till].learn(self.run(self.stand.kit(self.stand.tills[till])))

    @invariant()
    def sums_are_right(self) -> None:
        balance = self.run(self.stand.shop.balance(self.stand.customer))
        spent = sum(each.verdict is Verdict.SETTLED for each in self.told) * MUG.points
        assert balance.available + balance.reserved + spent == POINTS
        assert min(balance.available, balance.reserved) >= 0
        assert self.run(self.moved()) == (spent, balance.reserved)

    async def moved(self) -> tuple[int, int]:
        """Give what transfers say: what is spent, and what is put by."""
        whose = self.stand.shop.client.organisation.id
        services = self.stand.shop.services
        async with services.storage.reading(whose) as transaction:
            (account,) = await services.customers.accounts(
                transaction, whose, self.stand.customer.id
            )
            found = await PointStore(transaction, whose).history(account.id, None, 500)
        spent = sum(each.points for each in found if each.kind is Kind.COMMITTED)
        into = sum(each.points for each in found if each.taker is Book.RESERVED)
        out = sum(each.points for each in found if each.giver is Book.RESERVED)
        return spent, into - out

    @invariant()
    def no_loss_is_beyond_its_bound(self) -> None:
        assert all(till.waiting[1] <= AT_ONE_TILL for till in self.tills)
        settled = Counter[VoucherId | None]()
        lost = Counter[VoucherId | None]()
        for use in self.told:
            settled[use.voucher_id] += use.verdict is Verdict.SETTLED
            lost[use.voucher_id] += use.loss
        for id, loss in lost.items():
            assert settled[id] <= 1
            assert loss <= (TILLS - settled[id]) * MUG.value


def test_whatever_tills_do_sums_are_right_and_losses_bounded() -> None:
    run_state_machine_as_test(
        Market,
        settings=settings(
            max_examples=STORIES,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[*HealthCheck],
        ),
    )
