"""Reports on the telephone: calls as they were are counted, and PINs member by member."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import pytest

from tests.stores import KEYRING, MovableTime
from tests.whole_house import GATEWAY, Dealt, dealt
from watchword.cli.demo_telephone import FIRST, MEMBERS, connect
from watchword.features.activation.dialogue.steps import (
    EndedBy,
    Event,
    HungUp,
    Typed,
)
from watchword.features.activation.profiles.rules import Process, Profile
from watchword.features.activation.profiles.settings import LineSettings
from watchword.features.activation.scenarios import Scenario
from watchword.features.activation.standings import Standing
from watchword.features.calls.conduct.service import Begun
from watchword.features.calls.figures.rules import CallReport, End, Stage
from watchword.features.calls.history import Answer
from watchword.features.calls.rules import Door, Incoming
from watchword.features.calls.surveys.rules import Day, Ended
from watchword.features.clients.rules import Operator
from watchword.features.cores.rules import Capability, CoreName, MemberPage
from watchword.features.figures.rules import Span
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.secret import Secret
from watchword.providers.cores.demo.core import DemoCore
from watchword.providers.cores.demo.settings import Condition
from watchword.settings import parse
from watchword.wiring import Services, open_services

__all__ = ["dealt"]

CLEAR, HASHED = CoreName("clear"), CoreName("hashed")


@dataclass
class House:
    services: Services
    client: Operator
    time: MovableTime

    async def line(self, core: CoreName) -> None:
        await connect(self.services, self.client.organisation, core)

    async def call(self, *keys: str, door: Door = Door.TURNS) -> None:
        """Call, press keys, and hang up if the call is not over by then."""
        conduct = self.services.telephone.conduct
        line = None
        if door is Door.SIMULATOR:
            found = await self.services.telephone.profiles.all(self.client.organisation.id)
            line = found.line.settings.profile_id
        begun = await conduct.begin(
            self.client, Incoming(door=door, language="en", profile_id=line)
        )
        assert isinstance(begun, Begun)
        answer = begun.spoken
        heard: list[Event] = [Typed(Secret(each), EndedBy.TERMINATOR) for each in keys]
        for each in [*heard, HungUp()]:
            assert isinstance(answer, Answer)
            if answer.token is None:
                return
            spoken = await conduct.hear(self.client, door, begun.id, answer.token.reveal(), each)
            assert isinstance(spoken, Answer)
            answer = spoken

    async def counted(self, span: Span = Span.DAY, profile_id: UUID | None = None) -> CallReport:
        figures = self.services.telephone.figures
        while await figures.turn():
            continue
        return await figures.report(self.client.organisation.id, span, profile_id)

    async def surveyed(self) -> tuple[Ended | None, Day | None]:
        surveys = self.services.telephone.surveys
        while await surveys.turn():
            continue
        looked = await surveys.look(self.client.organisation)
        return looked.survey.ended, looked.last


@pytest.fixture
async def house(migrated: str, time: MovableTime, dealt: Dealt) -> AsyncIterator[House]:
    cores = {
        "clear": {"kind": "demo", "organisations": ["bank"]},
        "hashed": {"kind": "demo", "pin_mode": "hashed", "organisations": ["bank"]},
    }
    written = {"database": {"url": migrated}, "cores": cores, "providers": {"gateway": GATEWAY}}
    async with open_services(parse(written), KEYRING, now=time, draw=dealt) as services:
        bank = await services.organisations.found(
            slug="bank", name="Bank", mode=Mode.TEST, country="US", locale="en", actor="test"
        )
        assert isinstance(bank, Organisation)
        yield House(services, Operator(name="test", organisation=bank), time)


async def test_calls_are_counted_by_how_they_ended_and_how_far_they_got(house: House) -> None:
    await house.line(CLEAR)
    await house.call("500100", "3741")  # a default PIN: they are to prove more, and hang up
    await house.call(*("500199", "1357") * 3)  # nobody
    await house.call("500111")
    await house.call("500111", "4354", door=Door.SIMULATOR)

    report = await house.counted()

    assert report.calls == 3
    assert {end: count for end, count in report.ends.items() if count} == {
        End.HUNG_UP: 2,
        End.TO_A_PERSON: 1,
    }
    assert [*report.funnel.values()] == [3, 1, 1, 0, 0]
    assert report.lost[Stage.CALLED] == 2
    assert report.lost[Stage.WANTED] == 1
    assert report.scenarios == {Scenario.SSN_LAST4: 1}
    assert report.stands[Standing.DEFAULT] == report.seen == 1
    assert await house.counted(profile_id=UUID(int=1)) != report


async def test_a_call_that_goes_on_is_counted_when_it_has_ended(house: House) -> None:
    await house.line(CLEAR)
    await house.services.telephone.conduct.begin(
        house.client, Incoming(door=Door.TURNS, language="en")
    )

    during = await house.counted()
    house.time.pass_by(timedelta(hours=2))
    after = await house.counted()

    assert during.calls == 0
    assert after.ends[End.SILENT] == 1
    assert await house.counted() == after


async def test_figures_stay_when_calls_are_gone(house: House) -> None:
    await house.line(CLEAR)
    await house.call("500111")
    house.time.pass_by(timedelta(hours=2))
    before = await house.counted(Span.WEEK)

    async with house.services.storage.begin(house.client.organisation.id) as transaction:
        await transaction.run("delete from call_lines")
        await transaction.run("delete from calls")

    assert before.calls == 1
    assert await house.counted(Span.WEEK) == before


async def test_members_of_a_core_that_shows_pins_are_counted_by_what_theirs_is(
    house: House,
) -> None:
    await house.line(CLEAR)
    await house.services.telephone.surveys.switch(house.client, is_on=True)

    ended, day = await house.surveyed()

    core = house.services.telephone.cores.named[CLEAR]
    assert isinstance(core, DemoCore)
    page = await core.members(None, 1000)
    assert isinstance(page, MemberPage)
    accounts = {each.ref.account for each in page.members}
    assert ended is Ended.DONE
    assert day is not None
    assert day.members == len(accounts)
    assert day.scenarios[Scenario.SSN_LAST4] > 1
    assert day.of(Standing.CHOSEN) > 0
    assert core.writes == 0


async def test_where_no_pin_is_shown_it_cannot_be_told(house: House) -> None:
    profiles, settings = house.services.telephone.profiles, LineSettings(core=HASHED)
    await profiles.set_line(house.client, settings, 0)
    first = await profiles.create(house.client, FIRST)
    assert isinstance(first, Profile)
    process = Process(is_active=True, profile_id=first.id, scenarios=(Scenario.CORE_INFO,))
    line = await profiles.create(house.client, replace(MEMBERS, activation=process))
    assert isinstance(line, Profile)
    await profiles.set_line(house.client, replace(settings, profile_id=line.id), 1)
    await house.services.telephone.surveys.switch(house.client, is_on=True)

    ended, day = await house.surveyed()

    assert ended is Ended.DONE
    assert day is not None
    assert not day.scenarios
    assert day.of(Standing.UNTOLD) > 0


async def test_nothing_half_is_kept_and_a_core_that_is_well_again_is_gone_through(
    house: House,
) -> None:
    await house.line(CLEAR)
    surveys, core = house.services.telephone.surveys, house.services.telephone.cores.named[CLEAR]
    assert isinstance(core, DemoCore)
    await surveys.switch(house.client, is_on=True)
    assert await surveys.turn()
    assert await surveys.turn()
    core.condition = Condition.DOWN

    broken_off = await house.surveyed()
    core.condition = Condition.WELL
    too_early = await house.surveyed()
    house.time.pass_by(timedelta(hours=1))
    whole = await house.surveyed()

    assert broken_off == too_early == (Ended.CORE_AWAY, None)
    assert whole[0] is Ended.DONE
    assert whole[1] is not None


async def test_nobody_is_counted_who_does_not_want_it(house: House) -> None:
    await house.line(CLEAR)
    surveys = house.services.telephone.surveys

    never = await house.surveyed()
    await surveys.switch(house.client, is_on=True)
    await surveys.turn()
    await surveys.turn()
    await surveys.switch(house.client, is_on=False)

    assert never == await house.surveyed() == (None, None)
    async with house.services.storage.reading(house.client.organisation.id) as transaction:
        kept = await transaction.all(
            "select details from audit_entries where action = 'pin_survey.switched'"
        )
    assert len(kept) == 2


async def test_it_is_said_what_stands_in_the_way(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    surveys = house.services.telephone.surveys
    before = await surveys.look(house.client.organisation)
    await house.line(CLEAR)
    ready = await surveys.look(house.client.organisation)
    core = house.services.telephone.cores.named[CLEAR]
    silent = replace(core.traits, capabilities=core.traits.capabilities - {Capability.LIST_MEMBERS})
    monkeypatch.setattr(type(core), "traits", silent)

    assert before.obstacle is Ended.NO_LINE
    assert ready.obstacle is None
    assert (await surveys.look(house.client.organisation)).obstacle is Ended.NOT_LISTED
