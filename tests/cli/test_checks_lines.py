"""What the doctor finds about lines: that nobody would be answered, before somebody calls."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.cli.desk import Desk
from tests.cli.test_checks_telephone import PASSWORD
from tests.cli.test_doctor import found
from tests.features.activation.profiles.samples import ALONE, ANOTHER, FIRST, USUAL
from watchword.features.activation.profiles.rules import Profile, Terms
from watchword.features.activation.profiles.settings import LineSettings, SetLine
from watchword.features.clients.rules import Operator
from watchword.features.cores.rules import CoreName
from watchword.wiring import Services

LAKESIDE = CoreName("lakeside")
CORE = '[cores.lakeside]\nkind = "demo"\norganisations = ["bank"]\n'
HASHED = f'{CORE}pin_mode = "hashed"\n'
CALLED = f'[telephone.voicexml.passwords]\nbank = "{PASSWORD}"\n'


@pytest.fixture
def bank(desk: Desk, tmp_path: Path) -> Desk:
    desk.type("organisations create bank --name Bank --country US")
    bank = replace(desk, settings_file=tmp_path / "watchword.toml")
    write(bank, CORE)
    return bank


def write(bank: Desk, settings: str) -> None:
    assert bank.settings_file is not None
    bank.settings_file.write_text(settings)


def line(bank: Desk) -> Any:  # noqa: ANN401 - as the doctor prints it
    return found(bank).get("line bank")


def answer(bank: Desk, terms: Terms = ALONE) -> None:
    """Let calls be answered with a profile, as staff do."""

    async def work(services: Services) -> None:
        caller = Operator(name="ada", organisation=await services.organisations.find("bank"))
        profiles = services.telephone.profiles
        chosen = LineSettings(core=LAKESIDE)
        assert isinstance(await profiles.set_line(caller, chosen, 0), SetLine)
        processes = {}
        for process, asks in (("activation", FIRST), ("force", ANOTHER)):
            extra = await profiles.create(caller, asks)
            assert isinstance(extra, Profile)
            linked = getattr(terms, process)
            processes[process] = replace(linked, profile_id=extra.id if linked.is_active else None)
        made = await profiles.create(caller, replace(terms, **processes))
        assert isinstance(made, Profile)
        answers = replace(chosen, profile_id=made.id)
        assert isinstance(await profiles.set_line(caller, answers, 1), SetLine)

    bank.inside(work)


def test_where_nobody_is_to_call_nothing_is_said(bank: Desk) -> None:
    assert line(bank) is None


def test_a_platform_that_would_be_answered_by_nothing_is_told_of(bank: Desk) -> None:
    write(bank, CORE + CALLED)

    assert line(bank)["state"] == "warning"


def test_a_platform_for_nobody_is_told_of(bank: Desk) -> None:
    write(bank, CORE + CALLED.replace("bank", "bunk"))

    assert "bunk" in found(bank)["lines"]["detail"]


def test_a_line_that_works_is_ok(bank: Desk) -> None:
    answer(bank, USUAL)

    assert line(bank)["state"] == "ok"


def test_a_core_that_is_gone_is_named(bank: Desk) -> None:
    answer(bank)
    write(bank, CORE.replace('"bank"', '"shop"'))

    assert line(bank)["state"] == "wrong"
    assert "lakeside" in line(bank)["detail"]


def test_a_profile_that_cannot_run_on_the_core_of_today_is_named(bank: Desk) -> None:
    answer(bank, USUAL)
    write(bank, HASHED)

    assert line(bank)["state"] == "wrong"
    assert "Members: none_runs" in line(bank)["detail"]
