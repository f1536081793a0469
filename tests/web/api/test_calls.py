"""Calls turn by turn, as a platform carries them: real profiles, a core, and real codes."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from httpx import AsyncClient, Response

from tests.stores import KEYRING, MovableTime
from tests.web.conftest import calling, new_key
from tests.web.doors import doors_to
from tests.whole_house import Dealt
from watchword.features.activation.profiles.rules import ProfileId
from watchword.features.activation.profiles.settings import BadSettings, LineSettings, SetLine
from watchword.features.calls.conduct.service import Begun
from watchword.features.calls.history import Answer
from watchword.features.calls.locks.rules import Sought
from watchword.features.calls.rules import Door, Incoming
from watchword.features.clients.rules import Operator
from watchword.features.cores.rules import CoreName, FindBy, PinState, Unavailable
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.pins.kept.rules import Locking
from watchword.foundation.ids import Id
from watchword.foundation.secret import Secret, reveal_if_any
from watchword.settings import parse
from watchword.wiring import Services, open_services

NUMBER, PIN, SSN4, MOBILE = "500100", "3741", "3741", "+12025550100"
UNKNOWN = "987654"
GOOD, WRONG = "830274", "1111"
FIRST: dict[str, Any] = {
    "name": "First PIN",
    "kind": "customer_activation",
    "questions": [{"question": "zip"}, {"question": "code"}],
}
MEMBERS: dict[str, Any] = {
    "name": "Members",
    "kind": "standard",
    "levels": [[{"question": "member_number"}, {"question": "pin"}]],
    "activation": {"active": True, "profile": "First PIN", "scenarios": ["pin_eq_ssn_last4"]},
}
DEMO = CoreName("demo")


@dataclass
class Line:
    """A line of a bank, and a platform that calls it."""

    services: Services
    organisation: Organisation
    platform: AsyncClient
    dealt: Dealt

    async def begin(self, **more: str) -> dict[str, Any]:
        begun = await self.platform.post("/v1/calls", json={"language": "en", **more})
        assert begun.status_code == 201, begun.text
        return self._of(begun)

    async def press(self, turn: dict[str, Any], digits: str) -> dict[str, Any]:
        heard = await self.hear(turn, digits=digits, ended_by="terminator")
        assert heard.status_code == 201, heard.text
        return self._of(heard)

    async def hear(self, turn: dict[str, Any], **event: object) -> Response:
        path = f"/v1/calls/{turn['call_id']}/turns"
        return await self.platform.post(path, json={"token": turn["token"], **event})

    async def talk(self, keys: Sequence[str], **more: str) -> list[dict[str, Any]]:
        turns = [await self.begin(**more)]
        for key in keys:
            turns.append(await self.press(turns[-1], self.dealt.latest if key == "code" else key))
        return turns

    async def pin(self) -> str | None:
        core = self.services.telephone.cores.of(self.organisation, DEMO)
        assert core is not None
        found = await core.find(FindBy.MEMBER_NUMBER, Secret(NUMBER))
        assert not isinstance(found, Unavailable)
        state = await core.pin_state(found[0].ref)
        assert isinstance(state, PinState)
        return reveal_if_any(state.pin)

    def _of(self, response: Response) -> dict[str, Any]:
        turn: dict[str, Any] = response.json()
        return turn


def said(turns: Sequence[dict[str, Any]]) -> list[str]:
    return [step["prompt"] for turn in turns for step in turn["steps"] if step["do"] == "say"]


@pytest.fixture
async def line(migrated: str, time: MovableTime, dealt: Dealt) -> AsyncIterator[Line]:
    # What the core locks itself, it alone unlocks: here we are the first to lock.
    core = {"kind": "demo", "organisations": ["bank"], "tries": 50}
    settings = parse({"database": {"url": migrated}, "cores": {DEMO: core}})
    async with open_services(settings, KEYRING, now=time, draw=dealt) as services:
        app, key = doors_to(services), await new_key(services, "bank", Mode.TEST)
        organisation = await services.organisations.find("bank")
        caller = Operator(name="test", organisation=organisation)
        await _set(services, caller, replace(LineSettings(), core=DEMO, transfer_to="desk"))
        async with calling(app, key) as platform:
            document = {"format": "watchword.profiles/1", "profiles": [FIRST, MEMBERS]}
            taken = await platform.put("/v1/telephone/profiles", json=document)
            states = {each["name"]: each["id"] for each in taken.json()["states"]}
            answering = ProfileId(Id(states["Members"]))
            chosen = LineSettings(
                core=DEMO, profile_id=answering, transfer_to="desk", onward_to="bank"
            )
            await _set(services, caller, chosen)
            yield Line(services, organisation, platform, dealt)


async def _set(services: Services, caller: Operator, settings: LineSettings) -> None:
    profiles = services.telephone.profiles
    now = await profiles.all(caller.organisation.id)
    assert isinstance(await profiles.set_line(caller, settings, now.line.version), SetLine)


async def test_a_member_with_a_default_pin_sets_their_own(line: Line) -> None:
    turns = await line.talk([NUMBER, PIN, "94110", "code", GOOD, GOOD])

    assert turns[-1]["token"] is None
    assert turns[-1]["steps"][-1] == {"do": "transfer", "target": "bank"}
    assert "pin_is_set" in said(turns)
    assert await line.pin() == GOOD
    shown = (await line.platform.get(f"/v1/calls/{turns[0]['call_id']}")).json()
    assert shown["call"]["ending"] == "through"
    assert ("decided", "matched", "activation pin_eq_ssn_last4") in [
        (each["kind"], each["what"], each["why"]) for each in shown["lines"]
    ]


async def test_the_next_call_asks_for_nothing_more(line: Line) -> None:
    await line.talk([NUMBER, PIN, "94110", "code", GOOD, GOOD])

    turns = await line.talk([NUMBER, GOOD])

    assert turns[-1]["steps"][-1] == {"do": "transfer", "target": "bank"}
    assert "why_activation" not in said(turns)


async def test_all_who_share_a_pin_are_told_and_a_landline_is_called(line: Line) -> None:
    """Their landline is called, for the mail of one of them is not as old as it is."""
    await line.talk([NUMBER, PIN, "94110", "code", GOOD, GOOD])

    async with line.services.storage.reading(line.organisation.id) as transaction:
        notices = await transaction.all("select * from messages where about like 'notice:%'")

    told = sorted((each["channel"], each["state"]) for each in notices)
    assert told == [("email", "queued"), ("email", "queued"), ("voice", "queued")]


async def test_known_and_unknown_members_hear_the_same(line: Line) -> None:
    known = await line.talk([NUMBER, WRONG, NUMBER, WRONG, NUMBER, WRONG])
    unknown = await line.talk([UNKNOWN, WRONG, UNKNOWN, WRONG, UNKNOWN, WRONG])

    assert [each["steps"] for each in known] == [each["steps"] for each in unknown]
    assert known[-1]["steps"][-1] == {"do": "transfer", "target": "desk"}


async def test_too_many_failures_in_a_row_lock_whoever_calls(line: Line) -> None:
    for _ in range(4):
        await line.talk([UNKNOWN, WRONG] * 3)
    lock = await _lock(line, UNKNOWN)

    assert lock.is_locked
    assert not (await _lock(line, NUMBER)).is_locked


async def _lock(line: Line, number: str) -> Any:  # noqa: ANN401 - a count, by its own words
    caller = Operator(name="test", organisation=line.organisation)
    async with line.services.storage.reading(line.organisation.id) as transaction:
        core = line.services.telephone.cores.of(line.organisation, DEMO)
        assert core is not None
        found = await core.find(FindBy.MEMBER_NUMBER, Secret(number))
        assert not isinstance(found, Unavailable)
        refs = [each.ref for each in found]
        sought = Sought(FindBy.MEMBER_NUMBER, Secret(number), DEMO, refs)
        return await line.services.telephone.locks.of(transaction, caller, sought, Locking())


async def test_calls_that_were_begun_before_do_not_outrun_the_lock(line: Line) -> None:
    begun = [await line.press(await line.begin(), NUMBER) for _ in range(6)]
    for turn in begun[:4]:
        for _ in range(2):
            turn = await line.press(await line.press(turn, WRONG), NUMBER)  # noqa: PLW2901
        await line.press(turn, WRONG)
    last = await line.press(begun[4], PIN)

    assert (await _lock(line, NUMBER)).in_a_row == 10
    assert said([last])[0] == "does_not_fit"
    known = await line.press(begun[5], WRONG)
    unknown = await line.press(await line.press(await line.begin(), UNKNOWN), WRONG)
    assert known["steps"] == unknown["steps"]


async def test_three_wrong_in_each_of_four_calls_lock_and_a_code_lets_them_try_again(
    line: Line,
) -> None:
    for last in range(4):
        await line.talk([NUMBER, WRONG] * 3, caller=f"+1202555010{last}")
    assert (await _lock(line, NUMBER)).is_locked

    without = await line.talk([NUMBER, *[WRONG * 2] * 3])
    turns = await line.talk([NUMBER, "code", PIN, "94110", "code", GOOD, GOOD])

    assert without[-1]["steps"][-1] == {"do": "transfer", "target": "desk"}
    assert said(turns)[2:4] == ["locked", "code_sent"]
    assert turns[-1]["steps"][-1] == {"do": "transfer", "target": "bank"}
    assert await line.pin() == GOOD
    assert not (await _lock(line, NUMBER)).in_a_row
    async with line.services.storage.reading(line.organisation.id) as transaction:
        kept = await transaction.all(
            "select * from audit_entries where action like 'caller.%' order by at"
        )
    assert [each["action"] for each in kept] == ["caller.locked", "caller.unlocked"]


async def test_whoever_is_locked_does_not_come_through_with_the_right_pin(line: Line) -> None:
    now = await line.services.telephone.profiles.all(line.organisation.id)
    caller = Operator(name="test", organisation=line.organisation)
    await _set(line.services, caller, replace(now.line.settings, unlocks_by_code=False))
    for _ in range(4):
        await line.talk([NUMBER, WRONG] * 3)

    turns = await line.talk([NUMBER, PIN] * 3)

    assert turns[-1]["steps"][-1] == {"do": "transfer", "target": "desk"}
    assert await line.pin() == PIN


async def test_no_other_call_ends_the_code_that_somebody_waits_for_or_uses_up_their_tries(
    line: Line,
) -> None:
    waiting = (await line.talk([NUMBER, PIN, "94110"]))[-1]
    theirs = line.dealt.latest
    for _ in range(4):
        await line.talk([NUMBER, PIN, "94110", "000000", "000000", "000000"])

    turn = await line.press(waiting, theirs)

    assert [step["name"] for step in turn["steps"] if step["do"] == "ask"] == ["new_pin"]


async def test_the_code_of_one_call_is_none_in_another(line: Line) -> None:
    waiting = (await line.talk([NUMBER, PIN, "94110"]))[-1]
    await line.talk([NUMBER, PIN, "94110"])

    turn = await line.press(waiting, line.dealt.latest)

    assert "code_wrong" in said([turn])


async def test_a_turn_that_is_sent_again_gets_its_answer_again(line: Line) -> None:
    first = await line.begin()

    again = [await line.hear(first, digits=NUMBER, ended_by="terminator") for _ in range(3)]

    assert len({each.text for each in again}) == 1


async def test_a_forged_turn_ends_the_call(line: Line) -> None:
    first = await line.begin()

    refused = await line.hear({**first, "token": "forged"}, digits=NUMBER)
    after = await line.hear(first, digits=NUMBER)

    assert (refused.status_code, after.status_code) == (409, 409)
    assert refused.json()["type"].endswith(":out-of-step")


@pytest.mark.parametrize(
    "event",
    [
        {"digits": "12a"},
        {"digits": "1234\n"},
        {"digits": "1" * 41},
        {"digits": "٣"},
        {"ended_by": "magic"},
        {"more": 1},
    ],
)
async def test_what_is_no_turn_is_refused_and_costs_nothing(
    line: Line, event: dict[str, object]
) -> None:
    first = await line.begin()

    refused = await line.hear(first, **event)

    assert refused.status_code == 400
    assert (await line.press(first, NUMBER))["steps"]


async def test_a_key_of_an_application_goes_on_with_no_call_of_another_door(line: Line) -> None:
    client = Operator(name="test", organisation=line.organisation)
    begun = await line.services.telephone.conduct.begin(
        client, Incoming(door=Door.TWIML, language="en")
    )
    assert isinstance(begun, Begun)
    assert isinstance(begun.spoken, Answer)
    assert begun.spoken.token is not None
    turn = {"call_id": str(begun.id), "token": begun.spoken.token.reveal()}

    refused = await line.hear(turn, digits=NUMBER)

    assert refused.status_code == 409
    call = await line.services.telephone.register.get(line.organisation.id, begun.id)
    assert (call.turn, call.ending) == (1, None)


async def test_no_digit_is_in_the_database_or_the_log(
    line: Line, capsys: pytest.CaptureFixture[str]
) -> None:
    await line.talk([NUMBER, PIN, "94110", "code", GOOD, GOOD])

    async with line.services.storage.reading(line.organisation.id) as transaction:
        for table in ("calls", "call_lines", "call_locks", "call_writes", "audit_entries"):
            rows = await transaction.all(f"select * from {table}")  # noqa: S608 - names of ours
            kept = " ".join(str(value) for row in rows for value in tuple(_values(row)))
            for secret in (NUMBER, GOOD, line.dealt.latest):
                assert secret not in kept, table
    written = capsys.readouterr()
    for secret in (GOOD, line.dealt.latest):
        assert secret not in written.out + written.err


def _values(row: Any) -> Sequence[object]:  # noqa: ANN401 - each driver has a row of its own
    return [row[name] for name in row.keys()]  # noqa: SIM118 - sqlite3 iterates over values


async def test_another_organisation_cannot_have_the_core_of_a_bank(line: Line) -> None:
    await new_key(line.services, "thief", Mode.TEST)
    thief = Operator(name="x", organisation=await line.services.organisations.find("thief"))

    set_ = await line.services.telephone.profiles.set_line(thief, LineSettings(core=DEMO), 0)

    assert isinstance(set_, BadSettings)
    assert line.services.telephone.cores.of(thief.organisation, DEMO) is None
    assert [*line.services.telephone.cores.names(thief.organisation)] == ["own"]


async def test_without_a_line_nobody_can_call(tester: AsyncClient) -> None:
    refused = await tester.post("/v1/calls", json={})

    assert refused.status_code == 404
