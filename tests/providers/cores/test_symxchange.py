"""Symitar by SymXchange, with a WSDL and a server that were written after public documentation."""

import logging
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType

import pytest
from msgspec import structs

from tests.contracts.core_stages import before, one, state_of
from tests.contracts.cores import HASTY, CoreContract, Known, Stage, Trouble
from tests.providers.channels.messages import now
from tests.stand_ins.banking_server import Door, running
from tests.stand_ins.http_gateway import Answer, running_gateway
from tests.stand_ins.symxchange import server as stand_in
from tests.stand_ins.symxchange.server import SymxchangeServer, element, fault, preference, said
from watchword.features.cores.ports import BankingCore
from watchword.features.cores.rules import (
    Capability,
    CoreName,
    FindBy,
    MemberRef,
    PinConflict,
    PinEnd,
    PinFits,
    PinLocked,
    PinMode,
    PinRefused,
    PinSet,
    PinState,
    PinUnknown,
    Unavailable,
)
from watchword.foundation.secret import Secret
from watchword.providers.cores.symxchange.core import SymxchangeCore
from watchword.providers.cores.symxchange.settings import (
    CredentialsMissing,
    HashMode,
    SymxchangeSettings,
)
from watchword.providers.cores.symxchange.soap import SymxchangeMissing, WsdlWrong

ACCOUNT, COUPLE = MemberRef(Secret("20154"), Secret("1")), MemberRef(Secret("20575"), Secret("1"))


def settings(folder: Path, url: str, **others: object) -> SymxchangeSettings:
    credentials = folder / "symxchange.toml"
    credentials.write_text(f'password = "{stand_in.PASSWORD}"\n')
    credentials.chmod(0o600)
    given: dict[str, object] = {
        "account_wsdl": str(stand_in.HERE / "AccountService.wsdl"),
        "find_wsdl": str(stand_in.HERE / "FindByService.wsdl"),
        "account_url": url,
        "find_url": url,
        "credentials": str(credentials),
        "device_type": "WATCHWORD",
        "device_number": 20000,
        "preference_type": 1,
    }
    return SymxchangeSettings(**(given | others))  # type: ignore[arg-type]


def core_of(chosen: SymxchangeSettings) -> SymxchangeCore:
    return SymxchangeCore(chosen, CoreName("symitar"), now)


class SymxchangeStage(Stage):
    sole = Known(
        {
            FindBy.ACCOUNT_NUMBER: "20154",
            FindBy.MEMBER_NUMBER: "0000020154",
            FindBy.TAX_ID: "666585775",
            FindBy.CARD_NUMBER: "4000000000004121",
        },
        "7306",
    )
    beginner = Known({FindBy.ACCOUNT_NUMBER: "20297"}, None)
    couple = Known({FindBy.ACCOUNT_NUMBER: "20575"}, "2086")

    def __init__(self, server: SymxchangeServer, chosen: SymxchangeSettings, door: Door) -> None:
        self.server, self._settings, self._door = server, chosen, door
        self.core: BankingCore = core_of(chosen)

    async def has(self, ref: MemberRef, pin: str) -> bool:
        held = self.server.preferences[ref.account.reveal()]
        return held[0]["AudioAccess"] == pin

    async def change(self, ref: MemberRef, pin: str) -> None:
        self.server.preferences[ref.account.reveal()][0]["AudioAccess"] = pin

    async def writes(self) -> int:
        return self.server.writes

    async def cause(self, trouble: Trouble) -> None:
        await self._door.cause(trouble)

    async def heal(self) -> None:
        await self._door.heal()

    async def hasty(self) -> BankingCore:
        return core_of(structs.replace(self._settings, timeout_seconds=HASTY))

    def shown(self) -> list[object]:
        return [self._settings]

    def secrets(self) -> list[str]:
        return [*super().secrets(), stand_in.PASSWORD]


@asynccontextmanager
async def staged(folder: Path, **others: object) -> AsyncIterator[SymxchangeStage]:
    server = SymxchangeServer()
    async with running(server) as door:
        stage = SymxchangeStage(server, settings(folder, server.url, **others), door)
        yield stage
        await stage.core.close()


class TestSymxchange(CoreContract):
    """The PIN is the one of the first preference record whose PIN matches."""

    @pytest.fixture
    async def stage(self, tmp_path: Path) -> AsyncIterator[Stage]:
        async with staged(tmp_path, preference_type=999) as stage:
            yield stage


class TestSymxchangeWithHashes(CoreContract):
    @pytest.fixture
    async def stage(self, tmp_path: Path) -> AsyncIterator[Stage]:
        async with staged(tmp_path, hash_mode=HashMode.ADVANCED) as stage:
            yield stage


@pytest.mark.parametrize(
    ("audio", "changed", "said"),
    [
        ("0000", "", (False, None, True)),
        ("", "", (False, None, True)),
        ("1", "2024-01-02", (False, None, False)),
        ("0005", "2024-01-02", (None, None, False)),
        ("9999", "2024-01-02", (True, None, False)),
        ("417", "2024-01-02", (True, "0417", False)),
        ("7306", "", (True, "7306", True)),
        ("********", "2024-01-02", (True, None, False)),
    ],
)
async def test_what_stands_in_audio_access_is_read_as_symitar_means_it(
    tmp_path: Path, audio: str, changed: str, said: tuple[bool | None, str | None, bool]
) -> None:
    is_set, pin, is_fresh = said
    async with staged(tmp_path) as stage:
        stage.server.preferences["20154"] = [preference(3, 1, audio, changed)]

        state = await state_of(stage, stage.sole)

    assert state.is_set is is_set
    assert (state.pin and state.pin.reveal()) == pin
    assert state.wants_activation is is_fresh
    assert state.is_established is (False if is_fresh else None)


class TestWhichRecordHasThePin:
    async def test_of_two_pins_the_one_that_was_typed_is_meant_and_changed(
        self, tmp_path: Path
    ) -> None:
        async with staged(tmp_path, preference_type=999) as stage:
            state = await stage.core.pin_state(COUPLE)
            verified = await stage.core.verify_pin(COUPLE, Secret("4413"))
            assert isinstance(state, PinState)
            assert isinstance(verified, PinFits)
            assert verified.state is not None

            blindly = await stage.core.set_pin(COUPLE, Secret("5938"), state)
            ended = await stage.core.set_pin(COUPLE, Secret("5938"), verified.state)

        held = [each["AudioAccess"] for each in stage.server.preferences["20575"]]
        assert (state.is_set, state.pin) == (True, None)
        assert blindly == PinRefused("it has several PINs, and none was told")
        assert ended == PinSet()
        assert held == ["2086", "5938"]

    @pytest.mark.parametrize(("kind", "pin"), [(1, "2086"), (7, "4413"), (9999, "2086")])
    async def test_it_is_the_one_of_a_type_or_the_first(
        self, tmp_path: Path, kind: int, pin: str
    ) -> None:
        async with staged(tmp_path, preference_type=kind) as stage:
            state = await stage.core.pin_state(COUPLE)

        assert isinstance(state, PinState)
        assert state.pin == Secret(pin)

    async def test_without_a_record_of_the_type_there_is_nothing_to_change(
        self, tmp_path: Path
    ) -> None:
        async with staged(tmp_path, preference_type=50) as stage:
            ended = await stage.core.set_pin(COUPLE, Secret("5938"), await before(stage, COUPLE))

        assert ended == PinConflict()


async def test_an_account_that_is_frozen_is_locked_whatever_is_typed(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.server.frozen["20154"] = "2"

        assert (await state_of(stage, stage.sole)).is_locked
        assert await stage.core.verify_pin(ACCOUNT, Secret("7306")) == PinLocked()
        assert await stage.core.unlock(ACCOUNT) is False


async def test_a_preference_that_is_locked_is_locked(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.server.preferences["20154"][0]["Locked"] = "1"

        assert (await state_of(stage, stage.sole)).is_locked
        assert await stage.core.verify_pin(ACCOUNT, Secret("7306")) == PinLocked()


async def test_who_is_to_have_no_pin_gets_none(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.server.preferences["20154"] = [preference(3, 1, "1", "")]

        ended = await stage.core.set_pin(ACCOUNT, Secret("5938"), await before(stage, ACCOUNT))

    assert ended == PinRefused("none is to be issued")


async def test_a_write_that_left_a_field_out_is_a_refusal(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.server.updates_all = False

        ended = await stage.core.set_pin(ACCOUNT, Secret("5938"), await before(stage, ACCOUNT))

    assert ended == PinRefused("a field was not written")


async def test_facts_are_those_of_the_name_record_and_no_address_for_mail(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        member = await one(stage, stage.sole)

    facts = member.facts
    assert facts.ssn == Secret("666585775")
    assert facts.house_number == Secret("90")
    assert [reach.value.reveal() for reach in facts.phones] == ["713-555-0155", "713-555-0154"]
    assert all(reach.since is not None for reach in facts.phones)


@pytest.mark.parametrize(
    ("status", "body", "ended"),
    [
        (500, fault("Client", "Invalid field 5938").text, PinRefused("a fault of SymXchange")),
        (500, fault("Server", "Timeout in the back").text, PinUnknown()),
        (500, fault("Server", "Poster is off host").text, Unavailable(during_maintenance=True)),
        (500, fault("Server", "The requested record was not found").text, PinConflict()),
        (503, "", Unavailable(during_maintenance=True)),
        (502, "<html>", PinUnknown()),
        (200, "", PinUnknown()),
        (200, "<soap:Envelope", PinUnknown()),
    ],
)
async def test_what_an_answer_to_a_write_means(
    tmp_path: Path, status: int, body: str | None, ended: PinEnd
) -> None:
    async with staged(tmp_path) as stage, running_gateway() as gateway:
        state, (held,) = await before(stage, ACCOUNT), stage.server.preferences["20154"]
        records = said(stand_in.ACCOUNT, "getPreferencePagedList", [element("Preference", held)])
        gateway.behave(
            Answer(body=str(records.text).encode()),
            Answer(status=status, body=(body or "").encode()),
        )
        core = core_of(settings(tmp_path, gateway.url))

        assert await core.set_pin(ACCOUNT, Secret("5938"), state) == ended
        assert "5938" not in str(core.ailment)
        await core.close()


def test_with_hashes_it_neither_shows_nor_compares_nor_tells_who_is_to_activate(
    tmp_path: Path,
) -> None:
    clear = core_of(settings(tmp_path, "http://127.0.0.1:9")).traits
    hashed = core_of(settings(tmp_path, "http://127.0.0.1:9", hash_mode=HashMode.MD5)).traits
    lost = {Capability.READ_PIN, Capability.VERIFY_PIN, Capability.CORE_INFO}

    assert hashed.pin_mode is PinMode.HASHED
    assert clear.capabilities - hashed.capabilities == lost
    assert {"0000", "0001", "0009", "9999"} <= hashed.reserved_pins
    assert "0010" not in hashed.reserved_pins


def test_without_the_service_that_finds_it_offers_no_tax_id(tmp_path: Path) -> None:
    traits = core_of(settings(tmp_path, "http://127.0.0.1:9", find_wsdl=None)).traits

    assert traits.finds_by == {FindBy.ACCOUNT_NUMBER, FindBy.MEMBER_NUMBER}


async def test_zeep_is_not_heard_at_any_level(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with staged(tmp_path) as stage:
        with caplog.at_level(logging.DEBUG):
            for name in ("zeep", "zeep.transports", "zeep.wsdl.bindings.soap", "zeep.xsd.schema"):
                caplog.set_level(logging.DEBUG, logger=name)
                logging.getLogger(name).debug("HTTP Post: 7306")
            await stage.core.verify_pin(ACCOUNT, Secret("7306"))

    assert not [record for record in caplog.records if "7306" in record.getMessage()]


class TestWhatIsNotTaken:
    def test_credentials_that_others_may_read(self, tmp_path: Path) -> None:
        chosen = settings(tmp_path, "http://127.0.0.1:9")
        Path(chosen.credentials).chmod(0o640)

        with pytest.raises(CredentialsMissing, match="chmod 600"):
            core_of(chosen)

    @pytest.mark.parametrize("text", ["", "passwort = 'x'", "password", "password = 7"])
    def test_credentials_that_are_none(self, tmp_path: Path, text: str) -> None:
        chosen = settings(tmp_path, "http://127.0.0.1:9")
        Path(chosen.credentials).write_text(text)

        with pytest.raises(CredentialsMissing, match="has one line"):
            core_of(chosen)

    @pytest.mark.parametrize(
        ("was", "becomes", "says"),
        [
            ('name="updatePreferenceByID"', 'name="changePreference"', "cannot be used"),
            ("common.xsd", "http://127.0.0.1:9/common.xsd", "outside of its folder"),
            ("common.xsd", "../common.xsd", "outside of its folder"),
            ("common.xsd", "none.xsd", "no none.xsd"),
            ("<wsdl:types>", "<wsdl:typ", "it is none"),
            ('location="http://127.0.0.1', 'location="http://core.example', "https://"),
        ],
    )
    def test_a_wsdl_that_cannot_be_used(
        self, tmp_path: Path, was: str, becomes: str, says: str
    ) -> None:
        for file in stand_in.HERE.glob("*.[wx]s*"):
            shutil.copy(file, tmp_path)
        path = tmp_path / "AccountService.wsdl"
        path.write_text(path.read_text().replace(was, becomes))
        nothing = {"account_url": None, "find_url": None, "find_wsdl": None}
        chosen = settings(tmp_path, "", account_wsdl=str(path), **nothing)

        with pytest.raises(WsdlWrong, match=says):
            core_of(chosen)

    def test_being_without_the_library(self, tmp_path: Path) -> None:
        def load(name: str) -> ModuleType:
            raise ImportError(name)

        with pytest.raises(SymxchangeMissing, match=r"\.\[symxchange\]"):
            SymxchangeCore(
                settings(tmp_path, "http://127.0.0.1:9"), CoreName("symitar"), now, load=load
            )

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ({"preference_type": 100}, "0 to 99, 999 or 9999"),
            ({"preference_type": -1}, "0 to 99, 999 or 9999"),
            ({"account_url": "http://core.example"}, "https://"),
            ({"device_type": ""}, "names this system"),
        ],
    )
    def test_settings_that_cannot_work(
        self, tmp_path: Path, wrong: dict[str, object], says: str
    ) -> None:
        with pytest.raises(ValueError, match=says):
            settings(tmp_path, "http://127.0.0.1:9", **wrong)
