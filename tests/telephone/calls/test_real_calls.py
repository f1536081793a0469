"""Real calls: sipp presses keys, an Asterisk hears them, and asks us what to do: by FastAGI, and by
TwiML as Twilio would. Profiles, rules of PINs and the core are those of the database.

All stories are called at once, because each takes as long as a caller needs to type.
"""

import asyncio
import logging
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from httpx import AsyncClient
from structlog.testing import capture_logs

from tests.conftest import Templates
from tests.telephone.calls.agi import Entry, Prompter
from tests.telephone.calls.bank import TOKEN, URL, House, at_work
from tests.telephone.calls.bridge import Bridge
from tests.telephone.calls.lab import HERE, Asterisk, asterisk, look_for_programs
from tests.telephone.calls.leaks import all_of, leaked
from tests.telephone.calls.stories import CODE, NINE, TEN, WRONG, Door, Story, at
from watchword.features.calls.rules import Call

TABLE = [story for door in Door for story in at(door)]
ENDED_WITHIN, LOOKS_AFTER = 60.0, 0.2
LEAKY = "leaky"
"""A log that is no better than it should be: it has the keys."""
SHORTEST = 4
QUESTIONS_AND_WHAT_COMES_OF_THEM = 3
"""Sounds: for the number, for the PIN, and what is said then."""


@dataclass
class Heard:
    """What has come of all calls."""

    sipp: Mapping[str, int]
    faults: Sequence[str]
    calls: Sequence[Call]
    pins: Mapping[int, str | None] = field(repr=False)
    entries: Mapping[Door, Sequence[Entry]]
    asterisk: str = field(repr=False)
    leaky: str = field(repr=False)
    written: Mapping[str, str] = field(repr=False)
    """Wherever digits must not be."""

    @property
    def onward(self) -> Mapping[str, str]:
        found = re.findall(r"ended ([1-4][0-9]{3}) (\S*) (.*)", self.asterisk)
        return {extension: f"{outcome} {target}".strip() for extension, outcome, target in found}

    def played(self, extension: str) -> Sequence[str]:
        """Give the sounds that somebody was played, in order."""
        [channel] = re.findall(rf'Executing \[{extension}@ivr:1\] AGI\("([^"]+)"', self.asterisk)
        found = re.findall(rf"<{re.escape(channel)}> Playing '([^']+)'", self.asterisk)
        return [Path(each).name for each in found]


async def _heard(url: str, folder: Path) -> Heard:
    members = {each.member for each in TABLE}
    with _listened() as logged:
        async with (
            at_work(url, folder, members) as house,
            AsyncClient(base_url=f"http://{HERE}:{house.web}", timeout=60) as web,
        ):
            bridge, prompter = Bridge(web, URL, TOKEN, folder), Prompter(house.fastagi)
            async with (
                _listening(prompter) as fastagi,
                _listening(bridge) as twiml,
                asterisk(folder, fastagi, twiml) as switch,
            ):
                # Beside the log of our manual, and only so that we see what we would see.
                await switch.control(f"logger add channel {LEAKY} dtmf")
                sipp = await _call(switch)
                calls = await _ended(house)
            pins = await house.pins(members)
    return Heard(
        sipp=sipp,
        faults=bridge.faults,
        calls=calls,
        pins=pins,
        entries={Door.FASTAGI: prompter.entries, Door.TWIML: bridge.entries},
        asterisk=switch.written(),
        leaky=(switch.log / LEAKY).read_text(errors="replace"),
        written={
            **_written_by_asterisk(switch),
            "our log": "\n".join(logged),
            "a proxy's log": "\n".join(bridge.accesses),
            "the database": all_of(folder, "house.db*"),
        },
    )


def _written_by_asterisk(switch: Asterisk) -> Mapping[str, str]:
    return {
        "Asterisk's log": switch.written(),
        "Asterisk's console": all_of(switch.folder, "said"),
        "CDR": all_of(switch.log, "cdr-csv/*"),
    }


async def _call(switch: Asterisk) -> Mapping[str, int]:
    """Let everybody call at once, and those of a later stage as soon as the earlier are done."""
    stages = sorted({each.stage for each in TABLE})
    chained = {each.member for each in TABLE if each.stage}
    first = [each for each in TABLE if each.member not in chained]
    later = [[each for each in TABLE if each.member in chained and each.stage == n] for n in stages]
    done = await asyncio.gather(_in_turn(switch, [first]), _in_turn(switch, later))
    return {extension: code for each in done for extension, code in each.items()}


async def _in_turn(switch: Asterisk, stages: Sequence[Sequence[Story]]) -> Mapping[str, int]:
    done = dict[str, int]()
    for stage in stages:
        done |= await switch.call([each.caller for each in stage])
    return done


async def _ended(house: House) -> Sequence[Call]:
    """Wait until we know of the end of each call: of a hang-up we are told a little later."""
    until = time.monotonic() + ENDED_WITHIN
    while True:
        calls = await house.calls()
        if all(each.ended_at is not None for each in calls) or time.monotonic() > until:
            return calls
        await asyncio.sleep(LOOKS_AFTER)


@asynccontextmanager
async def _listening(taker: Prompter | Bridge) -> AsyncIterator[int]:
    async with await asyncio.start_server(taker.take, HERE, 0) as server:
        port: int = server.sockets[0].getsockname()[1]
        yield port


@contextmanager
def _listened() -> Iterator[list[str]]:
    """Hear all that is logged: ours, and what libraries say."""
    lines, root = list[str](), logging.getLogger()

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(f"{record.name} {record.getMessage()}")

    kept, level = Kept(), root.level
    root.addHandler(kept)
    root.setLevel(logging.INFO)
    try:
        with capture_logs() as logged:
            yield lines
        lines += [repr(each) for each in logged]
    finally:
        root.removeHandler(kept)
        root.setLevel(level)


def every_caller_could_call_to_the_end(heard: Heard) -> None:
    assert {each: code for each, code in heard.sipp.items() if code} == {}
    assert heard.faults == []


def each_call_goes_on_where_it_should(heard: Heard) -> None:
    expected = {each.extension: each.onward for each in TABLE if each.onward is not None}
    assert heard.onward == expected


def each_call_ends_as_it_should(heard: Heard) -> None:
    expected = Counter((each.door.value, each.ending) for each in TABLE)
    assert Counter((each.door.value, each.ending) for each in heard.calls) == expected


def each_pin_is_the_one_that_its_member_has_chosen_and_no_other_has_changed(heard: Heard) -> None:
    last = {each.member.place: each.pin_after for each in TABLE}
    assert heard.pins == last


def whoever_knows_it_types_into_what_is_said(heard: Heard) -> None:
    for door in Door:
        assert any(each.is_cut_in for each in heard.entries[door]), door


def whoever_is_locked_hears_with_the_right_pin_what_others_hear_with_a_wrong_one(
    heard: Heard,
) -> None:
    for door in Door:
        calls = {each.name: heard.played(each.extension) for each in at(door)}
        assert calls[TEN] == calls[WRONG][: len(calls[TEN])]
        # Or else the line before this one would say nothing.
        assert len(calls[TEN]) == len(calls[NINE]) == QUESTIONS_AND_WHAT_COMES_OF_THEM
        assert calls[NINE] != calls[TEN]


def no_digit_that_was_typed_is_written_down(heard: Heard) -> None:
    assert {name: leaked(_typed(), text) for name, text in heard.written.items()} == {
        name: frozenset() for name in heard.written
    }
    assert all(heard.written.values()), "One of them is empty, so nothing was looked through."
    assert "DTMF[" not in heard.asterisk


def where_keys_are_written_down_each_of_them_is_found(heard: Heard) -> None:
    assert leaked(_typed(), heard.leaky) == _typed()


def _typed() -> frozenset[str]:
    keys = {each.removesuffix("#") for story in TABLE for each in story.keys}
    return frozenset({each for each in keys if len(each) >= SHORTEST} | {CODE})


CLAIMS = (
    every_caller_could_call_to_the_end,
    each_call_goes_on_where_it_should,
    each_call_ends_as_it_should,
    each_pin_is_the_one_that_its_member_has_chosen_and_no_other_has_changed,
    whoever_knows_it_types_into_what_is_said,
    whoever_is_locked_hears_with_the_right_pin_what_others_hear_with_a_wrong_one,
    no_digit_that_was_typed_is_written_down,
    where_keys_are_written_down_each_of_them_is_found,
)


@pytest.mark.timeout(300)
def test_real_calls_come_out_as_they_should(
    templates: Templates, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Everybody calls at once, and then each claim is looked at: processes that share the work of
    testing would each start an Asterisk for a test of theirs."""
    look_for_programs()
    folder = tmp_path_factory.mktemp("calls")
    heard = asyncio.run(_heard(templates.copy_sqlite(folder / "house.db"), folder))
    false = list[Exception]()
    for claim in CLAIMS:
        try:
            claim(heard)
        except Exception as fault:  # noqa: BLE001 - all of them are raised together
            fault.add_note(claim.__name__)
            false.append(fault)
    if false:
        raise ExceptionGroup("What is claimed of real calls is not so", false)
