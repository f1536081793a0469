"""What can be checked without the database: Python, the keyring, and what the settings say."""

import platform
import sqlite3
import sys
from pathlib import Path
from urllib.parse import urlsplit

from watchword.cli.findings import Finding, failed, ok, warning, wrong
from watchword.cli.office import Office
from watchword.foundation.errors import WatchwordError
from watchword.foundation.keyring import KeyKind
from watchword.foundation.keyring_files import ENVIRONMENT
from watchword.providers.channels.network import is_loopback
from watchword.settings import Settings

PYTHON_AT_LEAST = (3, 11)
SQLITE_AT_LEAST = (3, 35)  # `returning`


def check_python(
    python: tuple[int, ...] = sys.version_info[:2],
    sqlite: tuple[int, ...] = sqlite3.sqlite_version_info,
) -> Finding:
    seen = f"Python {platform.python_version()} with SQLite {sqlite3.sqlite_version}"
    if python < PYTHON_AT_LEAST or sqlite < SQLITE_AT_LEAST:
        return wrong("python", f"{seen} is too old", "Take Python 3.11 and SQLite 3.35, or later.")
    return ok("python", seen)


def check_keyring(office: Office, settings: Settings) -> Finding:
    try:
        keyring = office.real_keyring(settings)
    except WatchwordError as fault:
        return failed("keyring", fault)
    missing = [kind for kind in KeyKind if kind not in {key.kind for key in keyring.keys}]
    if missing:
        lacks = f"The keyring lacks keys: {', '.join(missing)}"
        return wrong("keyring", lacks, "Add them: watchword keys create")
    versions = ", ".join(f"{kind} {keyring.newest(kind)}" for kind in KeyKind)
    return ok("keyring", f"It is closed to others, and has newest versions: {versions}")


def check_keyring_place(office: Office, settings: Settings) -> Finding:
    """Whoever copies a folder with both in it copies the lock with its key."""
    if ENVIRONMENT in office.environment:
        return ok("keyring place", f"The keyring comes from {ENVIRONMENT}")
    keyring, database = Path(settings.keyring.path).resolve(), sqlite_path(settings)
    if database is not None and database.parent in keyring.parents:
        return warning(
            "keyring place",
            f"The keyring lies beside the database, in {keyring.parent}",
            "Move it where copies of the database do not take it along, and set keyring.path.",
        )
    return ok("keyring place", "The keyring lies apart from the database")


def check_public_url(settings: Settings) -> Finding:
    url, host = urlsplit(settings.web.public_url), settings.web.host
    is_here = is_loopback(url.hostname or "")
    if url.scheme != "https" and not is_here:
        return wrong(
            "public_url",
            f"{settings.web.public_url} does not begin with https://",
            "Put a proxy with TLS in front, and set web.public_url to how the world reaches it.",
        )
    if is_here and not is_loopback(host):
        return warning(
            "public_url",
            f"We listen at {host}, but links lead to {settings.web.public_url}",
            "Set web.public_url to how the world reaches us.",
        )
    return ok("public_url", settings.web.public_url)


def check_sandbox_page(settings: Settings) -> Finding:
    if settings.sandbox.open_page and not is_loopback(settings.web.host):
        return warning(
            "sandbox page",
            f"Whoever reaches {settings.web.host} sees the codes of test organisations",
            "Set sandbox.open_page to false.",
        )
    return ok("sandbox page", "open here" if settings.sandbox.open_page else "closed")


def sqlite_path(settings: Settings) -> Path | None:
    """Give where the database lies, if it is a file."""
    url = settings.database.url
    prefix = "sqlite:///"
    return Path(url.removeprefix(prefix)).resolve() if url.startswith(prefix) else None
