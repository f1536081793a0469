"""Cores that speak JSON: one as a bank may have it, and Apache Fineract."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from msgspec import structs

from tests.contracts.core_stages import before, one
from tests.contracts.cores import HASTY, CoreContract, Known, Stage, Trouble
from tests.providers.channels.messages import now
from tests.stand_ins import fineract, json_core
from tests.stand_ins.banking_server import Door, running
from tests.stand_ins.fineract import FineractServer
from tests.stand_ins.http_gateway import Answer, running_gateway
from tests.stand_ins.json_core import JsonCoreServer
from watchword.features.cores.ports import BankingCore
from watchword.features.cores.rules import (
    CoreName,
    CoreTraits,
    FindBy,
    MemberRef,
    PinConflict,
    PinEnd,
    PinMode,
    PinRefused,
    PinSet,
    PinState,
    PinUnknown,
    Unavailable,
)
from watchword.foundation.secret import Secret
from watchword.providers.cores.rest.core import RestCore
from watchword.providers.cores.rest.places import at
from watchword.providers.cores.rest.settings import DescriptionWrong, RestSettings


def rest_core(settings: RestSettings) -> RestCore:
    return RestCore(settings, CoreName("bank"), now)


class RestStage(Stage):
    def __init__(self, settings: RestSettings, door: Door) -> None:
        self._settings, self._door = settings, door
        self.core: BankingCore = rest_core(settings)

    async def cause(self, trouble: Trouble) -> None:
        await self._door.cause(trouble)

    async def heal(self) -> None:
        await self._door.heal()

    async def hasty(self) -> BankingCore:
        return rest_core(structs.replace(self._settings, timeout_seconds=HASTY))

    def shown(self) -> list[object]:
        return [self._settings]


class JsonStage(RestStage):
    sole = Known(
        {
            FindBy.ACCOUNT_NUMBER: "20154",
            FindBy.TAX_ID: "666585775",
            FindBy.PHONE: "+12025550154",
        },
        "7306",
    )
    beginner = Known({FindBy.ACCOUNT_NUMBER: "20297"}, None)
    couple = Known({FindBy.ACCOUNT_NUMBER: "20575"}, "2086")
    household = "2025550199"

    def __init__(self, server: JsonCoreServer, settings: RestSettings, door: Door) -> None:
        super().__init__(settings, door)
        self._server = server

    async def has(self, ref: MemberRef, pin: str) -> bool:
        return self._server.pins[ref.account.reveal()] == pin

    async def change(self, ref: MemberRef, pin: str) -> None:
        self._server.pins[ref.account.reveal()] = pin
        self._server.versions[ref.account.reveal()] += 1

    async def writes(self) -> int:
        return self._server.writes

    def secrets(self) -> list[str]:
        return [*super().secrets(), json_core.KEY]


class FineractStage(RestStage):
    sole = Known(
        {
            FindBy.ACCOUNT_NUMBER: "000000011",
            FindBy.MEMBER_NUMBER: "E-7001",
            FindBy.TAX_ID: "666585775",
            FindBy.PHONE: "2025550154",
        },
        "7306",
    )
    beginner = Known({FindBy.ACCOUNT_NUMBER: "000000012"}, None)
    household = "+12025550199"

    def __init__(self, server: FineractServer, settings: RestSettings, door: Door) -> None:
        super().__init__(settings, door)
        self._server = server

    async def has(self, ref: MemberRef, pin: str) -> bool:
        row = self._server.rows.get(int(ref.account.reveal()), {})
        return row.get("pin") == pin

    async def change(self, ref: MemberRef, pin: str) -> None:
        self._server.rows[int(ref.account.reveal())]["pin"] = pin

    async def writes(self) -> int:
        return self._server.writes

    def secrets(self) -> list[str]:
        return [*super().secrets(), fineract.PASSWORD]


def json_settings(url: str, folder: Path) -> RestSettings:
    file = folder / "core.toml"
    file.write_text(json_core.DESCRIPTION)
    headers = {"X-Key": Secret(json_core.KEY)}
    return RestSettings(
        base_url=url, mapping=str(file), headers=headers, reserved_pins=("0000", "9999")
    )


def fineract_settings(url: str) -> RestSettings:
    return RestSettings(
        base_url=url,
        preset="fineract",
        user=fineract.USER,
        password=Secret(fineract.PASSWORD),
        headers={"Fineract-Platform-TenantId": Secret(fineract.TENANT)},
    )


class TestACoreOfABank(CoreContract):
    @pytest.fixture
    async def stage(self, tmp_path: Path) -> AsyncIterator[Stage]:
        server = JsonCoreServer()
        async with running(server) as door:
            yield JsonStage(server, json_settings(server.url, tmp_path), door)


class TestFineract(CoreContract):
    @pytest.fixture
    async def stage(self) -> AsyncIterator[Stage]:
        server = FineractServer()
        async with running(server) as door:
            yield FineractStage(server, fineract_settings(server.url), door)
            assert not [path for path in server.paths if "5775" in path or "555" in path]


async def test_a_change_that_somebody_has_to_allow_first_is_not_called_done() -> None:
    server = FineractServer()
    async with running(server) as door:
        stage = FineractStage(server, fineract_settings(server.url), door)
        server.wants_approval = True
        ref = (await one(stage, stage.sole)).ref

        ended = await stage.core.set_pin(ref, Secret("5938"), await before(stage, ref))
        await stage.core.close()

    assert ended == PinUnknown()
    assert server.rows[11]["pin"] == "7306"


@pytest.mark.parametrize(
    ("status", "ended"),
    [
        (200, PinSet()),
        (400, PinRefused("HTTP 400")),
        (401, Unavailable()),
        (404, PinConflict()),
        (409, PinConflict()),
        (412, PinConflict()),
        (429, Unavailable()),
        (500, PinUnknown()),
        (502, PinUnknown()),
        (503, Unavailable(during_maintenance=True)),
        (302, PinUnknown()),
    ],
)
async def test_what_an_answer_means_for_a_pin(tmp_path: Path, status: int, ended: PinEnd) -> None:
    async with running_gateway() as gateway:
        core = rest_core(json_settings(gateway.url, tmp_path))
        ref = MemberRef(Secret("20154"), Secret("1"))
        gateway.behave(Answer(body=b'{"version": 1}'))
        state = await core.pin_state(ref)
        gateway.behave(Answer(body=b'{"version": 1}'), Answer(status=status, body=b"{}"))
        assert isinstance(state, PinState)

        assert await core.set_pin(ref, Secret("5938"), state) == ended
        await core.close()


async def test_an_answer_that_is_no_json_is_none(tmp_path: Path) -> None:
    async with running_gateway() as gateway:
        gateway.behave(Answer(body=b"<html>"))
        core = rest_core(json_settings(gateway.url, tmp_path))

        answer = await core.find(FindBy.ACCOUNT_NUMBER, Secret("20154"))
        await core.close()

    assert answer == Unavailable()
    assert core.ailment == "reply not understood"


def test_a_core_that_compares_by_itself_shows_no_pin(tmp_path: Path) -> None:
    traits: CoreTraits = rest_core(json_settings("https://core.example", tmp_path)).traits

    assert traits.pin_mode is PinMode.HASHED
    assert rest_core(fineract_settings("https://core.example")).traits.pin_mode is PinMode.CLEAR


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ('path = "/well"', 'path = "well"', "begins with /"),
        ('path = "/accounts/{account}/pin"', 'path = "/{pin}"', r"cannot hold \{pin\}"),
        ('If-Match = "{version}"', 'If-Match = "{pin}"', r"cannot hold \{pin\}"),
        ('{ text = "{event}" }', '{ text = "{pin}" }', r"cannot hold \{pin\}"),
        ('ssn = "tax"', 'shoe_size = "tax"', "no 'shoe_size'"),
        ("[find.phone]", "[find.dream]", "dream"),
        ("is_conditional", "is_careful", "is_careful"),
        ("[health]", "[health", "core.toml"),
    ],
)
def test_a_description_that_cannot_be_right_is_refused(
    tmp_path: Path, was: str, becomes: str, says: str
) -> None:
    settings = json_settings("https://core.example", tmp_path)
    text = json_core.DESCRIPTION.replace(was, becomes)
    assert text != json_core.DESCRIPTION
    Path(str(settings.mapping)).write_text(text)

    with pytest.raises(DescriptionWrong, match=says):
        rest_core(settings)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: RestSettings(base_url="http://core.example", preset="fineract"), "https://"),
        (lambda: RestSettings(base_url="https://core.example/", preset="fineract"), "no slash"),
        (lambda: RestSettings(base_url="https://core.example"), "either `preset` or"),
        (lambda: RestSettings(base_url="https://c.e", preset="fineract", user="x"), "together"),
        (
            lambda: RestSettings(base_url="https://c.e", preset="fineract", pin_table="a/b"),
            "pin_table",
        ),
    ],
)
def test_settings_that_cannot_work_are_refused(make: Callable[[], object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        make()


def test_a_place_may_be_chosen_by_what_stands_beside_it() -> None:
    document = [{"kind": {"name": "a"}, "no": 1}, {"kind": {"name": "b"}, "no": [2, 3]}]

    assert at(document, "[kind.name=b].no.1") == 3
    assert at(document, "[kind.name=c].no") is None
    assert at({"kind": "b"}, "[kind=b]") is None
    assert at(document, "") is document
