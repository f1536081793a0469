"""The core in memory: it keeps the contract in each of its modes, and its members are as told."""

import csv
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import ClassVar

import pytest

from tests.contracts.cores import CoreContract, Known, Stage, Trouble
from tests.providers.channels.messages import now
from watchword.features.cores.ports import BankingCore
from watchword.features.cores.rules import (
    Capability,
    FindBy,
    MemberRef,
    PinConflict,
    PinLocked,
    PinMode,
    PinState,
    PinWrong,
)
from watchword.foundation.secret import Secret
from watchword.providers.cores.demo import core as demo
from watchword.providers.cores.demo.core import DemoCore
from watchword.providers.cores.demo.members import TableWrong
from watchword.providers.cores.demo.settings import Condition, DemoSettings

CONDITIONS = {
    Trouble.DOWN: Condition.DOWN,
    Trouble.MAINTENANCE: Condition.MAINTENANCE,
    Trouble.SLOW: Condition.SLOW,
    Trouble.ANSWER_LOST: Condition.LOSES_ANSWERS,
}


async def at_once(_: float) -> None:
    """Nobody waits in a test."""


def demo_core(settings: DemoSettings | None = None) -> DemoCore:
    return DemoCore(settings or DemoSettings(), now, wait=at_once)


def told() -> list[Mapping[str, str]]:
    text = files(demo.__package__).joinpath("members.csv").read_text("utf-8")
    return [*csv.DictReader(text.splitlines())]


def ref(account: str, person: str = "1") -> MemberRef:
    return MemberRef(Secret(account), Secret(person))


class DemoStage(Stage):
    sole = Known(
        {
            FindBy.ACCOUNT_NUMBER: "10686",
            FindBy.MEMBER_NUMBER: "500298",
            FindBy.LOGIN_ID: "sadeyemi",
            FindBy.TAX_ID: "666585775",
            FindBy.CARD_NUMBER: "4000000000004121",
            FindBy.PHONE: "+12025550154",
        },
        "904713",
    )
    beginner = Known({FindBy.ACCOUNT_NUMBER: "10797"}, None)
    couple = Known({FindBy.ACCOUNT_NUMBER: "10575"}, "730418")
    household = "2025550199"

    def __init__(self, mode: PinMode) -> None:
        settings = DemoSettings(pin_mode=mode, reserved_pins=("0000", "9999"))
        self.core: BankingCore = demo_core(settings)
        self._demo = self.core

    async def has(self, ref: MemberRef, pin: str) -> bool:
        before, self._demo.condition = self._demo.condition, Condition.WELL
        has = await self._demo.has_pin(ref, Secret(pin))
        self._demo.condition = before
        return bool(has)

    async def change(self, ref: MemberRef, pin: str) -> None:
        state = await self._demo.pin_state(ref)
        assert isinstance(state, PinState)
        await self._demo.set_pin(ref, Secret(pin), state)

    async def writes(self) -> int:
        return self._demo.writes

    async def cause(self, trouble: Trouble) -> None:
        self._demo.condition = CONDITIONS[trouble]

    async def heal(self) -> None:
        self._demo.condition = Condition.WELL

    async def hasty(self) -> BankingCore:
        return self._demo


class TestTheDemoCore(CoreContract):
    troubles: ClassVar = frozenset(CONDITIONS)

    @pytest.fixture(params=[PinMode.CLEAR, PinMode.HASHED])
    async def stage(self, request: pytest.FixtureRequest) -> Stage:
        return DemoStage(request.param)


DEFAULTS: Mapping[str, Callable[[Mapping[str, str]], str]] = {
    "ssn_last4": lambda row: row["ssn"][-4:],
    "zip_first4": lambda row: row["zip_code"][:4],
    "zip_last4": lambda row: row["zip_code"][1:5],
    "phone_last4": lambda row: row["phones"].split("|")[0][-4:],
    "other_phone_last4": lambda row: row["phones"].split("|")[-1][-4:],
    "repeating": lambda row: row["pin"][0] * 4,
    "unset": lambda _: "",
    "joint": lambda _: "",
}


@pytest.mark.parametrize("row", told(), ids=lambda row: f"{row['given_name']} {row['story']}")
def test_a_member_has_the_pin_that_their_story_tells(row: Mapping[str, str]) -> None:
    default = DEFAULTS.get(row["story"])

    assert row["pin"] == default(row) if default else row["pin"]
    assert row["ssn"][:3] in {"666", ""}, "a number that nobody is ever given"
    assert all(
        "555-01" in phone or "555 01" in phone for phone in row["phones"].split("|") if phone
    )


def test_every_story_is_told_of_somebody() -> None:
    stories = {row["story"] for row in told()}

    assert len(told()) >= 30
    assert {*DEFAULTS, "chosen", "staff_reset", "old", "long", "locked", "no_facts"} <= stories


async def test_holders_share_a_pin_unless_each_is_to_have_one() -> None:
    shared = demo_core()
    single = demo_core(DemoSettings(pins_are_per_person=True))
    second = ref("10575", "2")

    of_both, of_one = await shared.pin_state(second), await single.pin_state(second)

    assert isinstance(of_both, PinState)
    assert isinstance(of_one, PinState)
    assert (of_both.is_set, of_one.is_set) == (True, False)


async def test_tries_are_counted_down_to_the_lock() -> None:
    core = demo_core(DemoSettings(tries=3))

    said = [await core.verify_pin(ref("10686"), Secret("1")) for _ in range(3)]

    assert said == [PinWrong(2), PinWrong(1), PinLocked()]


async def test_who_is_locked_in_the_table_is_locked() -> None:
    state = await demo_core().pin_state(ref("11056"))

    assert isinstance(state, PinState)
    assert state.is_locked


async def test_who_has_seen_no_state_has_nothing_to_expect() -> None:
    ended = await demo_core().set_pin(ref("10686"), Secret("5938"), PinState(PinMode.CLEAR))

    assert ended == PinConflict()


def test_it_can_read_pins_only_where_they_are_clear() -> None:
    can = {
        mode: demo_core(DemoSettings(pin_mode=mode)).traits.can(Capability.READ_PIN)
        for mode in PinMode
    }

    assert can == {PinMode.CLEAR: True, PinMode.ENCRYPTED: False, PinMode.HASHED: False}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("account,person\n1,1\n", "lacks a column role"),
        ("account,person,role\n1,1,aunt\n", "Line 2"),
        ("account,person,role\n1,,primary\n", "Line 2"),
        ("account,person,role,pin_days\n1,1,primary,soon\n", "where days are counted"),
        ("account,person,role\n" + "1,1,primary\n" * 10_001, "more than"),
    ],
)
def test_a_table_that_cannot_be_right_is_refused(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "members.csv"
    file.write_text(text)

    with pytest.raises(TableWrong, match=says):
        demo_core(DemoSettings(file=str(file)))


def test_a_table_that_is_not_there_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(TableWrong, match="cannot be read"):
        demo_core(DemoSettings(file=str(tmp_path / "none.csv")))
