"""Real calls: sipp presses keys, an Asterisk hears them, and asks us by FastAGI what to do.

All stories are called at once, because each takes as long as a caller needs to type.
"""

import asyncio
import re
import socket
import wave
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from tests.conftest import PATIENCE, Templates
from tests.features.activation.dialogue.calls import (
    CODE,
    DEFAULT,
    GOOD,
    MEMBER,
    NUMBER,
    SSN4,
    WRONG_SSN4,
    World,
)
from tests.features.calls.lines import AnyPace, OneLine
from tests.stores import found, new_organisations
from tests.telephone.calls.lab import HERE, THINKS_MS, Caller, asterisk, look_for_programs
from watchword.features.activation.dialogue.steps import (
    CallStarted,
    Event,
    Find,
    Found,
    JudgeCode,
    Tell,
    Verify,
    Wish,
    WritePin,
)
from watchword.features.calls.conduct.service import Conduct
from watchword.features.calls.ports import Ready, Written
from watchword.features.calls.register.service import CallRegister
from watchword.features.calls.rules import Call, Ending
from watchword.features.clients.rules import Caller as Client
from watchword.features.cores.rules import Unavailable
from watchword.foundation.networks import all_read
from watchword.foundation.sealing import Sealer
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage, Transaction, open_storage
from watchword.telephone.fastagi.server import FastAgi
from watchword.telephone.fastagi.sounds import Sounds

OTHER, SHORT = "830275", "4471"
PROOF = (NUMBER + "#", DEFAULT + "#", SSN4, CODE)
HAPPY, FORCED, WRONG, GONE, MISMATCH, ONWARD, DOWN = range(100, 107)
STORIES = (
    Caller(HAPPY, [*PROOF, GOOD + "#", GOOD + "#"]),
    Caller(FORCED, [NUMBER + "#", SHORT + "#", GOOD + "#", GOOD + "#"]),
    Caller(WRONG, [NUMBER + "#", DEFAULT + "#", WRONG_SSN4, WRONG_SSN4, WRONG_SSN4]),
    Caller(GONE, [*PROOF, GOOD + "#", GOOD[:2]], hangs_up=True),
    Caller(MISMATCH, [*PROOF, GOOD + "#", OTHER + "#", GOOD + "#", GOOD + "#"]),
    Caller(ONWARD, [NUMBER + "#", GOOD + "#"]),
    Caller(DOWN, [NUMBER + "#", DEFAULT + "#"]),
)
MANY = tuple(
    Caller(120 + n, [f"2045{n:02}#", f"{DEFAULT}#", SSN4, CODE, *[f"93{n:02}58#"] * 2])
    for n in range(12)
)


class Exchange:
    """Each line leads to a world of its own, which remembers what was wished for."""

    def __init__(self) -> None:
        self.worlds = {
            each.line: World(members=(MEMBER,), established=None) for each in (*STORIES, *MANY)
        }
        self.worlds[FORCED] = World(pin=SHORT, established=True)
        self.worlds[ONWARD] = World(pin=GOOD, established=True)
        self.worlds[DOWN].answers[Verify] = Unavailable()

    def of(self, client: Client, call: Call, line: Ready, started: CallStarted) -> "Answering":
        number = int(call.profile_id.hex[-3:])
        return Answering(self.worlds[number], is_one_of_many=number >= MANY[0].line)


@dataclass
class Answering:
    world: World
    is_one_of_many: bool

    async def grant(self, wish: Wish) -> Event:
        event = self.world.grant(wish)
        return Found([MEMBER]) if self.is_one_of_many and isinstance(wish, Find) else event

    async def tell(self, transaction: Transaction, told: Tell) -> None:
        pass

    async def announce(self, told: Sequence[Tell]) -> None:
        pass


class EachLine(OneLine):
    async def written(
        self, transaction: Transaction, client: Client, profile_id: UUID | None, language: str
    ) -> Written | None:
        return None if profile_id is None else Written(profile_id, b"line")


@dataclass
class Heard:
    """What has come of all calls."""

    worlds: Mapping[int, World]
    rests: bytes = field(repr=False)
    written: Sequence[str] = field(repr=False)
    """By Asterisk, and by us."""
    sipp: Mapping[int, int]
    endings: Mapping[int, Ending | None]
    onward: Mapping[int, str]
    first_seconds: float
    """How long the first thing is that the first caller hears."""


async def _played(url: str, folder: Path) -> Heard:
    async with open_storage(url, patience=PATIENCE) as house:
        return await _calls(house, folder, [*STORIES, *MANY])


async def _calls(house: Storage, folder: Path, callers: Sequence[Caller]) -> Heard:
    organisation, exchange = await found(house, "bank"), Exchange()
    for name in ("sounds", "asterisk"):
        (folder / name).mkdir()
    conduct = Conduct(
        storage=house,
        lines=EachLine(),
        granters=exchange,
        paces=AnyPace(),
        sealer=Sealer({1: bytes(32)}),
    )
    agi = FastAgi(
        storage=house,
        organisations=new_organisations(house),
        calls=conduct,
        sounds=Sounds(folder / "sounds"),
        allowed=all_read([f"{HERE}/32"]) or (),
    )
    listener = socket.create_server((HERE, 0))
    with capture_logs() as logged:
        async with agi, await agi.listen(listener):
            port = listener.getsockname()[1]
            async with asterisk(folder / "asterisk", port) as switch:
                ended = await switch.call(callers)
        await conduct.close()
    page = await CallRegister(storage=house).page(organisation.id, None, 100)
    lines = switch.written()
    onward = re.findall(r"ended (1[0-9]{2}) (\S+) (\S+)", lines)
    return Heard(
        worlds=exchange.worlds,
        rests=_rests(folder),
        written=[lines, repr(logged)],
        sipp={each.line: code for each, code in zip(callers, ended, strict=True)},
        endings={int(each.profile_id.hex[-3:]): each.ending for each in page.items},
        first_seconds=_first_seconds(lines),
        onward={int(line): f"{outcome} {target}" for line, outcome, target in onward},
    )


def _rests(folder: Path) -> bytes:
    return b"".join(each.read_bytes() for each in folder.glob("*.db*"))


def _first_seconds(lines: str) -> float:
    played = re.search(r"Playing '(.+?)\.slin'", lines)
    assert played
    with wave.open(f"{played[1]}.wav") as sound:
        seconds: float = sound.getnframes() / sound.getframerate()
        return seconds


def a_caller_activates_and_goes_on(heard: Heard) -> None:
    assert heard.worlds[HAPPY].written == [GOOD]
    assert heard.onward[HAPPY] == "transfer banking"
    assert heard.endings[HAPPY] is Ending.THROUGH


def whoever_has_a_pin_that_is_too_short_has_to_change_it(heard: Heard) -> None:
    assert heard.worlds[FORCED].written == [GOOD]
    assert heard.onward[FORCED] == "transfer banking"


def whoever_has_a_good_pin_is_sent_on_and_changes_nothing(heard: Heard) -> None:
    assert heard.worlds[ONWARD].written == []
    assert heard.onward[ONWARD] == "transfer banking"


def whoever_knows_it_types_into_what_is_said(heard: Heard) -> None:
    assert heard.first_seconds > THINKS_MS / 1000
    assert heard.endings[ONWARD] is Ending.THROUGH


def wrong_answers_lead_to_a_person_and_to_no_pin(heard: Heard) -> None:
    assert heard.worlds[WRONG].written == []
    assert heard.onward[WRONG] == "transfer desk"


def a_hang_up_in_the_middle_of_a_pin_sets_none(heard: Heard) -> None:
    assert heard.worlds[GONE].written == []
    assert heard.endings[GONE] is Ending.HUNG_UP
    assert GONE not in heard.onward


def two_entries_that_differ_set_nothing_until_two_agree(heard: Heard) -> None:
    assert heard.worlds[MISMATCH].written == [GOOD]
    assert heard.endings[MISMATCH] is Ending.THROUGH


def a_core_that_is_down_leads_to_a_person(heard: Heard) -> None:
    assert heard.worlds[DOWN].written == []
    assert heard.onward[DOWN] == "transfer desk"


def of_many_at_once_each_entry_arrives_as_it_was_typed(heard: Heard) -> None:
    for caller in MANY:
        number, pin, _, code, new_pin, _ = (keys.removesuffix("#") for keys in caller.keys)
        assert arrived(heard.worlds[caller.line]) == [number, pin, code, new_pin]
        assert heard.endings[caller.line] is Ending.THROUGH


def every_caller_could_call_to_the_end(heard: Heard) -> None:
    assert {line: code for line, code in heard.sipp.items() if code} == {}


def no_digit_that_was_typed_is_written_down(heard: Heard) -> None:
    typed = {keys.removesuffix("#") for caller in (*STORIES, *MANY) for keys in caller.keys}
    for keys in typed - {GOOD[:2]}:
        alone = re.compile(rf"(?<![0-9]){keys}(?![0-9])")
        assert [alone.search(each) for each in heard.written] == [None, None]
        assert not re.search(alone.pattern.encode(), heard.rests)
    assert "DTMF[" not in heard.written[0]


def arrived(world: World) -> Sequence[str]:
    """Give what was typed and has come to the world."""
    found = list[Secret]()
    for wish in world.wished:
        match wish:
            case Find(_, value):
                found.append(value)
            case Verify(_, pin) | WritePin(_, pin):
                found.append(pin)
            case JudgeCode(_, typed):
                found.append(typed)
            case _:
                pass
    return [each.reveal() for each in found]


CLAIMS = (
    a_caller_activates_and_goes_on,
    whoever_has_a_pin_that_is_too_short_has_to_change_it,
    whoever_has_a_good_pin_is_sent_on_and_changes_nothing,
    whoever_knows_it_types_into_what_is_said,
    wrong_answers_lead_to_a_person_and_to_no_pin,
    a_hang_up_in_the_middle_of_a_pin_sets_none,
    two_entries_that_differ_set_nothing_until_two_agree,
    a_core_that_is_down_leads_to_a_person,
    of_many_at_once_each_entry_arrives_as_it_was_typed,
    every_caller_could_call_to_the_end,
    no_digit_that_was_typed_is_written_down,
)


@pytest.mark.timeout(240)
def test_real_calls_come_out_as_they_should(
    templates: Templates, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Everybody calls at once, and then each claim is looked at: processes that share the work of
    testing would each start an Asterisk for a test of theirs."""
    look_for_programs()
    folder = tmp_path_factory.mktemp("calls")
    heard = asyncio.run(_played(templates.copy_sqlite(folder / "house.db"), folder))
    false = list[Exception]()
    for claim in CLAIMS:
        try:
            claim(heard)
        except Exception as fault:  # noqa: BLE001 - all of them are raised together
            fault.add_note(claim.__name__)
            false.append(fault)
    if false:
        raise ExceptionGroup("What is claimed of real calls is not so", false)
