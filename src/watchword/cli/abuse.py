"""`watchword abuse`: see what is blocked, lift it, and try rules on what has happened.

$ watchword abuse replay sonnenhof --days 7 --rules stricter.toml
1204 messages were sent in 7 days. By these rules, 1187 would have been.
"""

import tomllib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, TypeAlias, assert_never
from uuid import UUID

import msgspec
import typer
from msgspec import Struct
from rich.console import Console
from rich.progress import Progress

from watchword.cli.office import Office, find_organisation
from watchword.cli.printing import AsJson, columns, leave, moment, show
from watchword.cli.running import run
from watchword.features.abuse.replay.rules import Report
from watchword.features.abuse.rules import (
    AlreadyOver,
    Block,
    BlockId,
    BlockState,
    Lifted,
    OperatorsOwn,
    RuleName,
)
from watchword.features.abuse.rulesets import (
    CAPPED,
    Loosened,
    OwnRules,
    Ruleset,
    SendCap,
    Unusable,
    named,
)
from watchword.features.abuse.views import (
    BlockView,
    RulesView,
    WrittenRules,
    block_view,
    own_rules,
    parse,
    rules_view,
)
from watchword.features.idempotency.rules import OtherBody
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.settings.two_people import NeedsSecondPerson
from watchword.features.prices.rules import Money
from watchword.foundation.ids import Id
from watchword.settings import prices
from watchword.wiring import Services

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="See what is blocked, lift it, and try rules on what has happened.",
)
rules = typer.Typer(
    add_completion=False, no_args_is_help=True, help="See the rules in force, and set them."
)
app.add_typer(rules, name="rules")

BYTES_AT_MOST = 64 * 1024
DAYS_AT_MOST = 400
SHOWN_AT_MOST = 1000
PARTS = ("conversion", "spray", "spend")
NOT_IN_FORCE = "This organisation tests, so these rules are not in force."

Slug: TypeAlias = Annotated[str, typer.Argument(metavar="ORGANISATION", help="Its short name.")]
RulesFile: TypeAlias = Annotated[
    Path, typer.Option("--file", metavar="FILE", help="Rules as TOML, or as JSON (*.json).")
]


class EffectView(Struct, frozen=True):
    blocks: int
    blocked: int
    known_good: int
    saved: str | None


class ReportView(Struct, frozen=True):
    organisation: str
    days: int
    played: int
    sent_then: int
    sent_now: int
    let_through: int
    rules: dict[RuleName, EffectView]


@app.command("blocks")
def blocks(
    context: typer.Context,
    organisation: Slug,
    *,
    all_of_them: Annotated[
        bool, typer.Option("--all", help="Also those that have run out or were lifted.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print what is blocked, the newest first."""
    state = None if all_of_them else BlockState.STANDING
    found, now = run(_blocks(context.obj, organisation, state))
    views = [block_view(block, now) for block in found]
    show(views, _say_blocks(views) if views else "Nothing is blocked.", as_json=as_json)


@app.command("lift")
def lift(
    context: typer.Context,
    organisation: Slug,
    block: Annotated[UUID, typer.Argument(metavar="ID", help="An id that `abuse blocks` prints.")],
    *,
    as_json: AsJson = False,
) -> None:
    """End a block before its time. What was counted until then is forgotten."""
    outcome, now = run(_lift(context.obj, organisation, BlockId(Id(int=block.int))))
    match outcome:
        case Lifted(over):
            words = f"The block on {over.shown} is lifted."
            show(block_view(over, now), words, as_json=as_json)
        case AlreadyOver():
            leave("This block has run out or was lifted before.")
        case OperatorsOwn():
            raise AssertionError("An operator may lift any block.")
        case OtherBody():
            raise AssertionError("This ends otherwise only for a request with a key of its own.")
        case _:
            assert_never(outcome)


@rules.command("show")
def show_rules(context: typer.Context, organisation: Slug, *, as_json: AsJson = False) -> None:
    """Print the rules in force. As JSON they can be set again: watchword abuse rules set."""
    found = run(_rules(context.obj, organisation))
    show(found, _say_rules(found), as_json=as_json)


@rules.command("set")
def set_rules(
    context: typer.Context, organisation: Slug, *, file: RulesFile, as_json: AsJson = False
) -> None:
    """Set what differs from the rules of the house; an empty file goes back to them.

    Try them first: watchword abuse replay ORGANISATION --rules FILE
    """
    outcome = run(_set(context.obj, organisation, _written(file)))
    match outcome:
        case RulesView():
            show(outcome, f"The rules of {organisation} are set.", as_json=as_json)
        case Unusable(faults):
            leave(" ".join(faults))
        case Loosened() | NeedsSecondPerson():
            raise AssertionError("An operator may loosen any rule, and alone.")
        case _:
            assert_never(outcome)


@app.command("replay")
def replay(
    context: typer.Context,
    organisation: Annotated[
        str | None,
        typer.Argument(metavar="[ORGANISATION]", help="Its short name; else all, in turn."),
    ] = None,
    *,
    days: Annotated[int, typer.Option(min=1, max=DAYS_AT_MOST, help="How far to go back.")] = 30,
    rules_file: Annotated[
        Path | None,
        typer.Option("--rules", metavar="FILE", help="Rules to try; else those in force."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what rules would have done to what has happened. Nothing is changed."""
    written = None if rules_file is None else _written(rules_file)
    views = run(_replay(context.obj, organisation, days, written))
    show(views, "\n\n".join(map(_say, views)) or "There is no organisation.", as_json=as_json)


def _written(file: Path) -> WrittenRules:
    try:
        content = file.read_bytes()
        if len(content) > BYTES_AT_MOST:
            raise typer.BadParameter(f"Rules have {BYTES_AT_MOST // 1024} KiB at most.")
        is_json = file.suffix == ".json"
        found = msgspec.json.decode(content) if is_json else tomllib.loads(content.decode())
    except (OSError, UnicodeError, tomllib.TOMLDecodeError, msgspec.DecodeError) as fault:
        raise typer.BadParameter(f"{file} cannot be read: {fault}") from None
    if not isinstance(found, dict):
        raise typer.BadParameter(f"{file} has no rules: an object with their names is expected.")
    written = parse(found)
    if isinstance(written, Unusable):
        raise typer.BadParameter(" ".join(written.faults))
    return written


async def _blocks(
    office: Office, slug: str, state: BlockState | None
) -> tuple[Sequence[Block], datetime]:
    async with office.services() as services:
        whose = (await find_organisation(services, slug)).id
        page, now = await services.abuse.blocks.page(whose, most=SHOWN_AT_MOST, state=state)
        return page.items, now


async def _lift(
    office: Office, slug: str, id: BlockId
) -> tuple[Lifted | AlreadyOver | OperatorsOwn | OtherBody, datetime]:
    async with office.services() as services:
        organisation = await find_organisation(services, slug)
        outcome = await services.abuse.blocks.lift(
            office.acting_for(organisation), id, is_operator=True
        )
        return outcome, services.storage.now()


async def _rules(office: Office, slug: str) -> RulesView:
    async with office.services() as services:
        organisation = await find_organisation(services, slug)
        ruleset = await services.abuse.rulebook.show(organisation)
        return rules_view(ruleset, in_force=services.abuse.rulebook.are_in_force(organisation))


async def _set(
    office: Office, slug: str, written: WrittenRules
) -> RulesView | Unusable | Loosened | NeedsSecondPerson:
    async with office.services() as services:
        caller = office.acting_for(await find_organisation(services, slug))
        in_force = services.abuse.rulebook.are_in_force(caller.organisation)
        own = own_rules(written, in_force=in_force)
        if isinstance(own, Unusable):
            return own
        outcome = await services.abuse.rulebook.set(caller, own, is_operator=True)
        return rules_view(outcome, in_force=in_force) if isinstance(outcome, Ruleset) else outcome


async def _replay(
    office: Office, slug: str | None, days: int, written: WrittenRules | None
) -> list[ReportView]:
    views = []
    async with office.services() as services:
        named = [] if slug is None else [await find_organisation(services, slug)]
        price_list = prices(services.settings)
        currency = None if price_list is None else price_list.currency
        for organisation in named or await services.organisations.all():
            ruleset = None
            if written is not None:
                ruleset = _tried(services, organisation, written)
            with _progress() as progress:
                told = _telling(progress, organisation.slug)
                report = await services.abuse.replays.replay(
                    organisation, timedelta(days=days), ruleset, told
                )
            views.append(_report_view(organisation.slug, days, report, currency))
    return views


def _tried(services: Services, organisation: Organisation, written: WrittenRules) -> Ruleset:
    # Where rules are tried, whether they are in force makes no difference.
    own = OwnRules(**named(written))
    tried = services.abuse.rulebook.read(organisation, own)
    if isinstance(tried, Unusable):
        raise typer.BadParameter(" ".join(tried.faults))
    return tried


def _progress() -> Progress:
    console = Console(stderr=True)
    return Progress(console=console, transient=True, disable=not console.is_terminal)


def _telling(progress: Progress, name: str) -> Callable[[int, int], None]:
    task = progress.add_task(name, total=None)
    return lambda done, total: progress.update(task, completed=done, total=total)


def _report_view(slug: str, days: int, report: Report, currency: str | None) -> ReportView:
    effects = {
        rule: EffectView(
            blocks=effect.blocks,
            blocked=effect.blocked,
            known_good=effect.known_good,
            saved=str(Money(effect.saved_micros, currency)) if currency else None,
        )
        for rule, effect in report.effects.items()
    }
    return ReportView(
        organisation=slug,
        days=days,
        played=report.played,
        sent_then=report.sent_then,
        sent_now=report.sent_now,
        let_through=report.let_through,
        rules=effects,
    )


def _say(view: ReportView) -> str:
    span = "a day" if view.days == 1 else f"{view.days} days"
    head = (
        f"{view.organisation}: {view.sent_then} messages were sent in {span}. "
        f"By these rules, {view.sent_now} would have been."
    )
    if view.let_through:
        head += f" Of those, {view.let_through} were blocked then."
    if not view.rules:
        return f"{head}\nThey would have blocked nothing that was sent."
    rows = [["rule", "blocks", "messages", "of honest people", "saved"]]
    rows += [
        [rule, str(each.blocks), str(each.blocked), str(each.known_good), each.saved or "-"]
        for rule, each in view.rules.items()
    ]
    return f"{head}\n{columns(rows)}"


def _say_blocks(views: Sequence[BlockView]) -> str:
    rows = [["id", "rule", "on", "state", "until"]]
    rows += [
        [str(each.id), each.rule, each.subject, _say_state(each), moment(each.expires_at)]
        for each in views
    ]
    return columns(rows)


def _say_state(view: BlockView) -> str:
    match view.state:
        case BlockState.STANDING:
            return "stands"
        case BlockState.RUN_OUT:
            return "has run out"
        case BlockState.LIFTED:
            return f"lifted by {view.lifted_by}"
        case _:
            assert_never(view.state)


def _say_rules(view: RulesView) -> str:
    rows = [["countries", ", ".join(view.countries) or "the organisation's own"]]
    rows += [[f"lines: {channel}", ", ".join(lines)] for channel, lines in view.lines.items()]
    rows += [[name, ", ".join(map(_say_cap, getattr(view, name))) or "no cap"] for name in CAPPED]
    for name in PARTS:
        part = msgspec.to_builtins(getattr(view, name))
        rows += [[f"{name}: {key}", _say_value(value)] for key, value in part.items()]
    rows.append(["known_factor", str(view.known_factor)])
    rows.append(["block_seconds", str(view.block_seconds)])
    return "\n".join([columns(rows), *([] if view.in_force else [NOT_IN_FORCE])])


def _say_cap(cap: SendCap) -> str:
    whom = "" if cap.spares_known else " for all"
    return f"{cap.most} in {cap.seconds} s{whom}"


def _say_value(value: object) -> str:
    match value:
        case None:
            return "no cap"
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)
