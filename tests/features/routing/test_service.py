"""Which attempt is made next, and what is counted of it."""

from datetime import timedelta
from uuid import UUID

from tests.features.routing.crossroads import (
    EQUALS,
    PURPOSE,
    SMS,
    START_OF_NUMBER,
    STOP,
    VOICE,
    A,
    B,
    Crossroads,
    ask,
    chosen,
    told,
)
from tests.stores import BANK, NOON, SHOP, MovableTime, found
from watchword.features.abuse.rules import RuleName, StepUp
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.routes import SANDBOX
from watchword.features.organisations.rules import Mode
from watchword.features.routing.ratios import REMEMBERED, Figure
from watchword.features.routing.rules import (
    NOTHING_TRIED,
    Because,
    Plan,
    Route,
    Skipped,
    Step,
)
from watchword.features.routing.service import NothingLeft
from watchword.features.routing.store import FigureStore, FigureSweep
from watchword.foundation.ids import EVERYWHERE
from watchword.foundation.storage import Storage


class TestThePlan:
    async def test_is_the_organisations_own_before_the_operators_for_all(
        self, crossroads: Crossroads
    ) -> None:
        assert chosen(await crossroads.begin()).attempt.channel == Channel.SMS

        crossroads.house[PURPOSE] = Plan((VOICE, SMS))
        assert chosen(await crossroads.begin()).attempt.channel == Channel.VOICE

        await crossroads.declare(SMS, VOICE)
        assert chosen(await crossroads.begin()).attempt.channel == Channel.SMS

    async def test_that_does_not_lead_there_is_as_none(self, crossroads: Crossroads) -> None:
        await crossroads.declare(Step(Channel.EMAIL))

        assert told(chosen(await crossroads.begin()).route.trace) == [
            (1, Channel.SMS, "a", Because.FIRST)
        ]

    async def test_begins_where_somebody_wishes(self, crossroads: Crossroads) -> None:
        await crossroads.declare(SMS, VOICE)

        one = chosen(await crossroads.begin(ask(wanted=Channel.VOICE)))

        assert (one.attempt.channel, one.route.ahead) == (Channel.VOICE, ())

    async def test_of_a_test_organisation_is_played_by_the_sandbox(self, house: Storage) -> None:
        crossroads = Crossroads(house, await found(house, mode=Mode.TEST))
        await crossroads.declare(Step(Channel.WHATSAPP, ("meta",)))

        assert chosen(await crossroads.begin()).attempt.provider == SANDBOX


class TestTheNextAttempt:
    async def test_is_the_first_that_may_be_made_and_the_others_are_told_of(
        self, crossroads: Crossroads
    ) -> None:
        await crossroads.declare(Step(Channel.WHATSAPP), SMS, VOICE)

        one = chosen(await crossroads.begin())

        assert told(one.route.trace) == [
            (1, Channel.WHATSAPP, None, Skipped.NOT_SERVED),
            (2, Channel.SMS, "a", Because.FIRST),
        ]
        assert [each.channel for each in one.route.ahead] == [Channel.VOICE]
        assert one.route.number_start == START_OF_NUMBER

    async def test_goes_around_what_the_guard_stops(self, crossroads: Crossroads) -> None:
        await crossroads.declare(SMS, VOICE)
        crossroads.guard.stops = {Channel.SMS}

        one = chosen(await crossroads.begin())

        assert told(one.route.trace) == [
            (1, Channel.SMS, "a", Skipped.BLOCKED),
            (2, Channel.VOICE, "c", Because.FIRST),
        ]
        assert one.route.trace[0].rule == RuleName.PREFIX

    async def test_is_none_where_the_guard_stops_all(self, crossroads: Crossroads) -> None:
        await crossroads.declare(SMS, VOICE)
        crossroads.guard.stops = {*Channel}

        outcome = await crossroads.begin()

        assert isinstance(outcome, NothingLeft)
        assert outcome.blocked == STOP
        assert outcome.route.ahead == ()

    async def test_is_none_without_a_rule_in_the_way_where_no_step_leads(
        self, crossroads: Crossroads
    ) -> None:
        await crossroads.declare(Step(Channel.WHATSAPP))

        outcome = await crossroads.begin()

        assert isinstance(outcome, NothingLeft)
        assert outcome.blocked is None

    async def test_is_admitted_as_a_start_once_and_then_as_one_more_message(
        self, crossroads: Crossroads
    ) -> None:
        await crossroads.declare(SMS, VOICE)

        one = chosen(await crossroads.begin())
        two = chosen(await crossroads.go_on(one.route))

        assert [what for what, _ in crossroads.guard.seen] == ["admit", "admit_again"]
        start = crossroads.guard.seen[0][1]
        assert (start.id, start.client, start.requester) == (UUID(int=7), "client:test", "digest")
        assert (start.provider, start.is_known) == (A, True)
        assert told(two.route.trace)[1:] == [(2, Channel.VOICE, "c", Because.NO_RECEIPT)]
        assert isinstance(await crossroads.go_on(two.route), NothingLeft)

    async def test_hands_on_that_codes_must_be_stronger(self, crossroads: Crossroads) -> None:
        crossroads.guard.stronger = StepUp(8, 3)

        assert chosen(await crossroads.begin()).step_up == StepUp(8, 3)

    async def test_after_a_resend_begins_anew_and_keeps_what_was_tried(
        self, crossroads: Crossroads
    ) -> None:
        await crossroads.declare(SMS, VOICE)
        one = chosen(await crossroads.begin())

        async with crossroads.asking() as transaction:
            again = chosen(
                await crossroads.router.set_out_again(
                    transaction, crossroads.organisation, ask(), one.route
                )
            )

        assert told(again.route.trace)[1:] == [(1, Channel.SMS, "a", Because.RESENT)]
        assert len(again.route.ahead) == 1


class TestForesight:
    async def test_says_of_each_step_what_would_become_of_it(self, crossroads: Crossroads) -> None:
        await crossroads.declare(Step(Channel.WHATSAPP), EQUALS, VOICE)
        crossroads.guard.stops = {Channel.VOICE}

        async with crossroads.storage.reading(crossroads.organisation.id) as transaction:
            seen = await crossroads.router.foresee(transaction, crossroads.organisation, ask())

        assert told(seen) == [
            (1, Channel.WHATSAPP, None, Skipped.NOT_SERVED),
            (2, Channel.SMS, seen[1].provider, Because.FIRST),
            (2, Channel.SMS, seen[2].provider, Because.NO_RECEIPT),
            (3, Channel.VOICE, "c", Skipped.BLOCKED),
        ]
        assert {what for what, _ in crossroads.guard.seen} == {"consider"}
        assert await crossroads.figures() == {}


class TestFigures:
    async def went(self, crossroads: Crossroads, route: Route, *, back: bool = False) -> None:
        async with crossroads.asking() as transaction:
            organisation = crossroads.organisation
            await crossroads.router.went_out(transaction, organisation, route)
            if back:
                await crossroads.router.came_back(transaction, organisation, route)

    async def test_are_counted_for_a_provider_that_was_chosen_among_equals(
        self, crossroads: Crossroads
    ) -> None:
        await crossroads.declare(EQUALS)
        one = chosen(await crossroads.begin())

        await self.went(crossroads, one.route)
        await self.went(crossroads, one.route, back=True)

        assert await crossroads.figures() == {one.attempt.provider: Figure(2, 1)}

    async def test_are_not_counted_where_there_was_no_choice(self, crossroads: Crossroads) -> None:
        for step in (SMS, Step(Channel.SMS, ("b",))):
            await crossroads.declare(step)
            await self.went(crossroads, chosen(await crossroads.begin()).route, back=True)
        await self.went(crossroads, NOTHING_TRIED, back=True)

        assert await crossroads.figures() == {}

    async def test_decide_who_goes_first(self, crossroads: Crossroads) -> None:
        await crossroads.declare(EQUALS)
        async with crossroads.asking() as transaction:
            store = FigureStore(transaction, crossroads.organisation.id)
            await store.count(Channel.SMS, START_OF_NUMBER, A, sent=100, verified=10)
            await store.count(Channel.SMS, START_OF_NUMBER, B, sent=100, verified=90)

        one = chosen(await crossroads.begin())

        assert one.attempt.provider == B
        assert [each.provider for each in one.route.ahead] == [A]

    async def test_belong_to_an_organisation_a_channel_and_numbers_alike(
        self, house: Storage
    ) -> None:
        async with house.begin(BANK) as transaction:
            store = FigureStore(transaction, BANK)
            await store.count(Channel.SMS, START_OF_NUMBER, A, sent=5, verified=2)
            await store.count(Channel.SMS, "+491511", A, sent=7)
            await store.count(Channel.VOICE, START_OF_NUMBER, A, sent=9)
            await store.count(Channel.SMS, START_OF_NUMBER, A, verified=1)
            figures = await store.figures(Channel.SMS, START_OF_NUMBER)
        async with house.begin(SHOP) as transaction:
            theirs = await FigureStore(transaction, SHOP).figures(Channel.SMS, START_OF_NUMBER)

        assert figures.alike == {A: Figure(5, 3)}
        assert figures.everywhere == {A: Figure(12, 3)}
        assert theirs.everywhere == {}

    async def test_are_forgotten_after_a_week(self, house: Storage, time: MovableTime) -> None:
        async with house.begin(BANK) as transaction:
            await FigureStore(transaction, BANK).count(Channel.SMS, START_OF_NUMBER, A, sent=1)

        time.pass_by(REMEMBERED - timedelta(days=1))
        assert await self.swept(house) == (0, True)
        time.pass_by(timedelta(days=1))
        assert await self.swept(house) == (1, False)

    async def swept(self, house: Storage) -> tuple[int, bool]:
        async with house.begin(EVERYWHERE) as transaction:
            gone = await FigureSweep(transaction).forget(500)
            figures = await FigureStore(transaction, BANK).figures(Channel.SMS, START_OF_NUMBER)
        return gone, bool(figures.everywhere)


async def test_times_of_a_trace_are_those_of_its_transaction(crossroads: Crossroads) -> None:
    one = chosen(await crossroads.begin())

    assert [each.at for each in one.route.trace] == [NOON]
    assert one.route.set_out_at == NOON
