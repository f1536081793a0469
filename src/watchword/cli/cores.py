"""`watchword cores`: see banking cores, what each can do, and how it is.

For example:

    $ watchword cores check lakeside
    lakeside is well.
    kind          demo
    PINs          clear, one for each account
    can           activation_flag, conditional_write, core_info, …
    finds by      account_number, card_number, …
    does not run  no_activation (activation): for_unreadable_pins
"""

from collections.abc import Mapping, Sequence
from typing import Annotated

import typer
from msgspec import Struct
from msgspec.inspect import type_info

from watchword.cli.office import Office
from watchword.cli.printing import REFUSED, AsJson, columns, show
from watchword.cli.running import run
from watchword.features.activation.scenarios import OF_PROCESS, PinLooked, ProcessKind, why_off
from watchword.features.cores.ports import BankingCore, Explains, ListsMembers
from watchword.features.cores.rules import Capability, CoreTraits, FindBy, PinMode, Unavailable
from watchword.settings import CoreSettings, Settings

LOOKED_AT = 25
"""Accounts. So many show how numbers are written."""

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="See banking cores, and ask them how they are."
)


class CoreView(Struct, frozen=True):
    core: str
    kind: str


class CheckView(Struct, frozen=True):
    """A core that was asked. `does_not_run`: scenarios by purpose, each with the reason.

    `phones`: how many telephone numbers were looked at, and how many of them name no country;
    nothing, where a core cannot be gone through."""

    core: str
    kind: str
    is_well: bool
    ailment: str | None
    pin_mode: PinMode
    pins_are_per_person: bool
    can: Sequence[Capability]
    finds_by: Sequence[FindBy]
    does_not_run: Mapping[ProcessKind, Mapping[str, str]]
    phones: "PhonesView | None" = None


class PhonesView(Struct, frozen=True):
    looked_at: int
    without_country: int


@app.command("list")
def list_cores(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Print every core that the settings name."""
    office: Office = context.obj
    found = sorted(office.settings().cores.items())
    views = [CoreView(name, kind_of(chosen)) for name, chosen in found]
    nothing = "There is none yet: name one under [cores.…] in the settings."
    rows = [[view.core, view.kind] for view in views]
    show(views, columns(rows) if rows else nothing, as_json=as_json)


@app.command("check")
def check_core(
    context: typer.Context,
    core: Annotated[str, typer.Argument(help="A name that `list` prints.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Ask a core how it is, and say what it can do, and which scenarios do not run on it."""
    office: Office = context.obj
    settings = office.settings()
    if core not in settings.cores:
        raise typer.BadParameter(f"there is no core {core}", param_hint="CORE")
    view = run(_check(office, settings, core))
    show(view, _say(view), as_json=as_json)
    if not view.is_well:
        raise typer.Exit(REFUSED)


def kind_of(settings: CoreSettings) -> str:
    return str(getattr(type_info(type(settings)), "tag", ""))


def ailment_of(core: BankingCore) -> str | None:
    return core.ailment if isinstance(core, Explains) else None


async def _check(office: Office, settings: Settings, name: str) -> CheckView:
    core = office.core_alone(settings, name)
    try:
        is_well = await core.is_well()
        phones = await _phones(core) if is_well else None
    finally:
        await core.close()
    traits = core.traits
    return CheckView(
        core=name,
        kind=kind_of(settings.cores[name]),
        is_well=is_well,
        ailment=None if is_well else ailment_of(core),
        pin_mode=traits.pin_mode,
        pins_are_per_person=traits.pins_are_per_person,
        can=sorted(traits.capabilities),
        finds_by=sorted(traits.finds_by),
        does_not_run={process: _off(process, traits) for process in ProcessKind},
        phones=phones,
    )


async def _phones(core: BankingCore) -> PhonesView | None:
    """Count telephone numbers of the first accounts, and nothing else of them."""
    if not isinstance(core, ListsMembers) or not core.traits.can(Capability.LIST_MEMBERS):
        return None
    page = await core.members(None, LOOKED_AT)
    if isinstance(page, Unavailable):
        return None
    numbers = [each.value.reveal().strip() for who in page.members for each in who.facts.phones]
    bare = [each for each in numbers if not each.startswith(("+", "00"))]
    return PhonesView(len(numbers), len(bare))


def _off(process: ProcessKind, traits: CoreTraits) -> Mapping[str, str]:
    found = {
        scenario: why_off(scenario, process, traits, PinLooked.STORED)
        for scenario in OF_PROCESS[process]
    }
    return {str(scenario): str(why) for scenario, why in found.items() if why is not None}


def _say(view: CheckView) -> str:
    because = f": {view.ailment}" if view.ailment else ""
    head = f"{view.core} is well." if view.is_well else f"{view.core} does not answer{because}."
    of = "person" if view.pins_are_per_person else "account"
    rows = [
        ["kind", view.kind],
        ["PINs", f"{view.pin_mode}, one for each {of}"],
        ["can", ", ".join(view.can)],
        ["finds by", ", ".join(view.finds_by)],
    ]
    off = [
        f"{scenario} ({process}): {why}"
        for process, scenarios in view.does_not_run.items()
        for scenario, why in scenarios.items()
    ]
    rows += [["does not run" if number == 0 else "", line] for number, line in enumerate(off)]
    return "\n".join([head, columns(rows), *_warnings(view)])


def _warnings(view: CheckView) -> Sequence[str]:
    phones = view.phones
    if phones is None or not phones.without_country:
        return []
    count = f"{phones.without_country} of {phones.looked_at}"
    return [
        "",
        f"Warning: {count} telephone numbers name no country: that of the organisation is taken.",
        "Look whether that is where your members live: no code and no notice goes elsewhere.",
    ]
