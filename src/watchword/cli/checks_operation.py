"""What is checked of daily life: what waits too long, what was not done, and who may look."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from watchword.cli.checks_here import sqlite_path
from watchword.cli.findings import Finding, failed, ok, warning, wrong
from watchword.cli.office import Office
from watchword.features.census.figures.rules import Figures, Waiting
from watchword.features.delivery.rules import ProviderName
from watchword.features.organisations.rules import Organisation
from watchword.foundation.errors import WatchwordError
from watchword.foundation.ids import OrganisationId
from watchword.providers.channels.network import is_loopback
from watchword.settings import Settings, place_of
from watchword.wiring.watchtower import open_tracer

LOG_BYTES = 256 * 2**20
WAITS_LONG, WAITS_TOO_LONG = timedelta(minutes=2), timedelta(minutes=15)
SWEPT_WITHIN = timedelta(days=2)
BACKED_UP_WITHIN = timedelta(hours=36)
TLS = "https://"


def check_operation(office: Office, settings: Settings) -> Sequence[Finding]:
    """Look at what needs no database."""
    return [
        check_hsts(settings),
        check_metrics(settings),
        check_tracing(settings),
        check_backup(settings, office.now()),
        *check_log_of_sqlite(settings),
    ]


def check_daily_life(
    figures: Figures | None,
    organisations: Sequence[Organisation],
    owned: Collection[OrganisationId],
    now: datetime,
) -> Sequence[Finding]:
    """Look at what the database says."""
    findings = [check_owners(organisations, owned)]
    if figures is None:
        return findings
    return [
        *findings,
        check_outbox_age(figures.lanes),
        check_retention(figures.swept_at, now),
    ]


def check_hsts(settings: Settings) -> Finding:
    if settings.web.public_url.startswith(TLS):
        return ok("hsts", "Browsers are told to come back over TLS alone, for a year")
    return ok("hsts", "Nothing is promised to browsers, for web.public_url has no TLS")


def check_metrics(settings: Settings) -> Finding:
    listen = settings.metrics.listen
    place = None if listen is None else place_of(listen)
    if place is None:
        return ok("metrics", "They are shown nowhere. To see them: set metrics.listen")
    if is_loopback(place[0]):
        return ok("metrics", f"They are shown at {listen}, to this machine alone")
    return warning(
        "metrics",
        f"They are shown at {listen}, to whoever has the token, which travels in clear text",
        "Let nobody else reach that port, or listen at 127.0.0.1 behind a proxy with TLS.",
    )


def check_tracing(settings: Settings) -> Finding:
    try:
        tracer = open_tracer(settings)
    except WatchwordError as fault:
        return failed("tracing", fault)
    if tracer is None:
        return ok("tracing", "No traces are kept")
    tracer.close()
    return ok("tracing", "Traces are sent to the collector of tracing.endpoint")


def check_backup(settings: Settings, now: datetime) -> Finding:
    """Go by when the marker was written last; other tools for backups may touch it too."""
    marker = settings.backup.marker
    remedy = "Call watchword backup every day, and watchword revocations every minute."
    if marker is None:
        return warning(
            "backup", "Nothing tells when the last backup was made", f"Set backup.marker. {remedy}"
        )
    try:
        made_at = datetime.fromtimestamp(Path(marker).stat().st_mtime, now.tzinfo)
    except OSError:
        return wrong("backup", f"No backup has left its mark at {marker}", remedy)
    age = now - made_at
    if age > BACKED_UP_WITHIN:
        return wrong("backup", f"The last backup is {_span(age)} old", remedy)
    return ok("backup", f"The last one is {_span(age)} old")


def check_log_of_sqlite(settings: Settings) -> Sequence[Finding]:
    path = sqlite_path(settings)
    if path is None:
        return []
    try:
        size = path.with_name(f"{path.name}-wal").stat().st_size
    except OSError:
        size = 0
    shown = f"The write-ahead log has {size / 2**20:.0f} MiB"
    if size > LOG_BYTES:
        remedy = (
            "Look for a program that has the database open for long, such as a backup that hangs."
        )
        return [warning("write-ahead log", shown, remedy)]
    return [ok("write-ahead log", shown)]


def check_owners(
    organisations: Sequence[Organisation], owned: Collection[OrganisationId]
) -> Finding:
    lonely = [each.slug for each in organisations if each.id not in owned]
    if lonely:
        return warning(
            "owners",
            f"Nobody can open the console of: {', '.join(lonely)}",
            f"Let somebody in: watchword staff first-owner {lonely[0]} --email …",
        )
    return ok("owners", "Every organisation has somebody who can sign in as its owner")


def check_outbox_age(lanes: Mapping[ProviderName, Waiting]) -> Finding:
    if not lanes:
        return ok("outbox age", "Nothing waits")
    name, longest = max(lanes.items(), key=lambda lane: lane[1].oldest)
    age = timedelta(seconds=longest.oldest)
    shown = f"The oldest message has been waiting for {_span(age)}, for {name}"
    remedy = "See that watchword serve or work runs, and look for the provider in its log."
    if age > WAITS_TOO_LONG:
        return wrong("outbox age", shown, remedy)
    return warning("outbox age", shown, remedy) if age > WAITS_LONG else ok("outbox age", shown)


def check_retention(swept_at: datetime | None, now: datetime) -> Finding:
    remedy = "See that watchword serve or work runs: it drops what is too old."
    if swept_at is None:
        return warning("retention", "It was never looked for what is too old", remedy)
    age = now - swept_at
    if age > SWEPT_WITHIN:
        return wrong("retention", f"It was looked for what is too old {_span(age)} ago", remedy)
    return ok("retention", f"It was looked for what is too old {_span(age)} ago")


def _span(span: timedelta) -> str:
    """Write a span as people say it."""
    seconds = max(int(span.total_seconds()), 0)
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {name}" if count == 1 else f"{count} {name}s"
    return "less than a minute"
