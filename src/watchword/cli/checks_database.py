"""What is checked with the database: that it keeps what it is given, and what waits in it."""

import shutil
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from watchword.cli.checks_here import sqlite_path
from watchword.cli.checks_ledger import check_ledger
from watchword.cli.checks_lines import check_lines
from watchword.cli.checks_operation import check_daily_life
from watchword.cli.checks_retention import check_retention
from watchword.cli.findings import Finding, failed, ok, warning, wrong
from watchword.cli.office import Office
from watchword.features.census.figures.service import Standing
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.routes import FOLDER, SANDBOX
from watchword.features.delivery.rules import ProviderName
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.privacy.retention.service import Retention
from watchword.foundation.errors import WatchwordError
from watchword.foundation.storage import Storage
from watchword.migrations import steps
from watchword.settings import Settings, routes
from watchword.wiring import open_census

CLOCKS_APART, CLOCKS_FAR_APART = timedelta(seconds=2), timedelta(minutes=1)
FREE_BYTES, FREE_BYTES_AT_LEAST = 2**30, 2**27  # a gigabyte is enough, an eighth is too little


async def check_database(office: Office, settings: Settings) -> Sequence[Finding]:
    url, path = settings.database.url, sqlite_path(settings)
    try:
        found = await steps.version(url)
    except WatchwordError as fault:
        return [failed("database", fault)]
    if path is not None and not path.exists():
        return [
            wrong("database", f"There is none at {path}", "Make it: watchword database upgrade")
        ]
    reached = ok("database", f"It answers: {path or 'PostgreSQL'}")
    if found != steps.NEWEST:
        return [reached, failed("schema", steps.OtherSchema(found))]
    schema = ok("schema", f"It is the newest: {found}")
    try:
        async with open_census(settings) as (storage, census):
            engine = await _check_engine(storage, office, settings)
            inventory = await census.inventory()
            runs = await Retention(storage=storage, periods={}).runs()
            standing = Standing(storage=storage)
            figures, owned = await standing.figures(), await standing.owned()
            lines = await check_lines(storage, office, settings, inventory.organisations)
    except WatchwordError as fault:
        return [reached, schema, failed("storage", fault)]
    return [
        reached,
        schema,
        *engine,
        check_channels(settings, inventory.organisations),
        check_webhooks(settings, inventory.organisations),
        check_lanes(settings, inventory.waiting),
        *lines,
        check_retention(runs, inventory.organisations, office.now()),
        *check_ledger(settings, inventory, office.now()),
        *check_daily_life(figures, inventory.organisations, owned, office.now()),
    ]


async def _check_engine(storage: Storage, office: Office, settings: Settings) -> Sequence[Finding]:
    path, risks = sqlite_path(settings), await storage.risks()
    if path is None:
        return [
            check_postgresql(risks),
            check_wall(is_walled=await storage.is_walled()),
            check_upkeep(is_tended=await storage.is_tended()),
            check_clock(storage.now() - office.now()),
        ]
    return [
        check_sqlite(risks),
        check_space(shutil.disk_usage(path.parent).free, path.parent),
    ]


def check_sqlite(risks: Mapping[str, str]) -> Finding:
    if risks:
        return wrong(
            "durability",
            f"SQLite cannot keep a write-ahead log here ({_say(risks)})",
            "Put the database on a disk of this machine, not on a network drive.",
        )
    return ok("durability", "SQLite keeps a write-ahead log, and waits for the disk")


def check_postgresql(risks: Mapping[str, str]) -> Finding:
    if risks:
        return wrong(
            "durability",
            f"PostgreSQL may lose what it said it kept: {_say(risks)}",
            f"Set to on, in postgresql.conf and for the role: {', '.join(risks)}",
        )
    return ok("durability", "PostgreSQL waits for the disk")


def check_wall(*, is_walled: bool) -> Finding:
    if not is_walled:
        return wrong(
            "row-level security",
            "This role is a superuser or has BYPASSRLS, so nothing but our queries keeps "
            "organisations apart",
            "Connect as an ordinary role: alter role … nosuperuser nobypassrls",
        )
    return ok("row-level security", "It keeps organisations apart, behind our queries")


def check_upkeep(*, is_tended: bool) -> Finding:
    if not is_tended:
        return warning(
            "upkeep",
            "PostgreSQL does not look after its tables: they grow by what is over, and it reads "
            "them whole where it knows nothing of them",
            "Set autovacuum and track_counts to on, in postgresql.conf",
        )
    return ok("upkeep", "PostgreSQL looks after its tables by itself")


def check_clock(difference: timedelta) -> Finding:
    seconds = f"{abs(difference).total_seconds():.1f} seconds"
    remedy = "Set the clocks of both machines by NTP."
    if abs(difference) > CLOCKS_FAR_APART:
        return wrong("clock", f"The clock of the database is {seconds} from ours", remedy)
    if abs(difference) > CLOCKS_APART:
        return warning("clock", f"The clock of the database is {seconds} from ours", remedy)
    return ok("clock", f"The clock of the database is {seconds} from ours")


def check_space(free: int, folder: Path) -> Finding:
    left = f"{free / 2**30:.1f} GiB are free beside the database"
    remedy = f"Make room on the disk of {folder}."
    if free < FREE_BYTES_AT_LEAST:
        return wrong("disk space", left, remedy)
    return warning("disk space", left, remedy) if free < FREE_BYTES else ok("disk space", left)


def check_channels(settings: Settings, organisations: Sequence[Organisation]) -> Finding:
    live = [each.slug for each in organisations if each.mode is Mode.LIVE]
    ways = routes(settings).live
    # Letters can always wait here to be printed. Who has nothing else has to have said so.
    if live and ways == {Channel.LETTER: (FOLDER,)} and Channel.LETTER not in settings.channels:
        return wrong(
            "channels",
            f"No channel leads anywhere but to paper, and these are live: {', '.join(live)}",
            "Name a provider in the settings, under [providers.…]. If letters are all that you "
            'want, say so: [channels] letter = ["folder"].',
        )
    named = ", ".join(f"{channel} by {' or '.join(names)}" for channel, names in ways.items())
    return ok("channels", named)


def check_webhooks(settings: Settings, organisations: Sequence[Organisation]) -> Finding:
    """Whoever may add an endpoint reaches what listens on this machine and trusts it."""
    live = [each.slug for each in organisations if each.mode is Mode.LIVE]
    if settings.webhooks.allow_loopback and live:
        return warning(
            "webhooks",
            f"They may go to this machine itself, and these are live: {', '.join(live)}",
            "Set webhooks.allow_loopback to false.",
        )
    way = "to this machine too" if settings.webhooks.allow_loopback else "never to this machine"
    return ok("webhooks", f"They may go to the Internet, and {way}")


def check_lanes(settings: Settings, waiting: Mapping[ProviderName, int]) -> Finding:
    served = {SANDBOX, *settings.providers}
    left = {name: count for name, count in waiting.items() if name not in served}
    if left:
        lanes = ", ".join(f"{count} for {name}" for name, count in left.items())
        return wrong(
            "outbox",
            f"Messages wait for providers that are in no settings: {lanes}",
            "Bring the provider back under [providers.…], or let the messages run out.",
        )
    return ok("outbox", f"{sum(waiting.values())} messages wait, all for providers that we have")


def _say(settings: Mapping[str, str]) -> str:
    return ", ".join(f"{name} is {value}" for name, value in settings.items())
