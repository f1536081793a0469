"""What can be checked without the database: Python, the keyring, and what the settings say."""

import platform
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import assert_never
from urllib.parse import urlsplit

from watchword.cli.findings import Finding, failed, ok, warning, wrong
from watchword.cli.office import Office
from watchword.features.delivery.ports import Speaks
from watchword.foundation.errors import WatchwordError
from watchword.foundation.keyring import KeyKind
from watchword.foundation.keyring_files import ENVIRONMENT
from watchword.providers.channels.apprise import AppriseSettings
from watchword.providers.channels.email.smtp import SmtpSettings
from watchword.providers.channels.http_gateway_settings import HttpGatewaySettings
from watchword.providers.channels.letter.letterxpress import LetterXpressSettings
from watchword.providers.channels.letter.lob import LobSettings
from watchword.providers.channels.letter.pingen import PingenSettings
from watchword.providers.channels.network import is_loopback
from watchword.providers.channels.sms.smpp_settings import SmppSettings
from watchword.providers.channels.sms.twilio import TwilioSettings
from watchword.providers.channels.sms.vonage import VonageSettings
from watchword.providers.channels.voice.twilio import TwilioVoiceSettings
from watchword.providers.channels.whatsapp.meta_account import MetaWhatsappSettings
from watchword.providers.channels.whatsapp.twilio import TwilioWhatsappSettings
from watchword.settings import ProviderSettings, Settings

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
    leads_here = _is_here(settings.web.public_url)
    if url.scheme != "https" and not leads_here:
        return wrong(
            "public_url",
            f"{settings.web.public_url} does not begin with https://",
            "Put a proxy with TLS in front, and set web.public_url to how the world reaches it.",
        )
    if leads_here and not is_loopback(host):
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


async def check_providers(office: Office, settings: Settings) -> Sequence[Finding]:
    """Look for what would be missed only when the first message is sent."""
    return [await _check_provider(office, settings, name) for name in sorted(settings.providers)]


async def _check_provider(office: Office, settings: Settings, name: str) -> Finding:
    check, chosen, public_url = (
        f"provider {name}",
        settings.providers[name],
        settings.web.public_url,
    )
    try:
        # It loads keys, certificates and libraries, and connects to nobody yet.
        provider = office.open_alone(settings, name)
    except WatchwordError as fault:
        return failed(check, fault)
    except OSError as fault:
        cause = f"It cannot be opened: {fault.strerror or 'a file is no certificate'}"
        return wrong(check, cause, f"Mend the files that [providers.{name}] names.")
    await provider.close()
    if secret := _missing_secret(chosen):
        seen = "It can report what becomes of messages, but would not be believed"
        return warning(check, seen, f"Set {secret} in [providers.{name}].")
    caller = _caller(chosen)
    if caller is None or not _is_here(public_url) or _is_here(caller):
        return ok(check, "It opens")
    remedy = "Set web.public_url to how the world reaches us."
    if isinstance(provider, Speaks):
        return wrong(check, f"It cannot come to {public_url} for the words of a call", remedy)
    return warning(check, f"It cannot report to {public_url} what becomes of messages", remedy)


def _missing_secret(chosen: ProviderSettings) -> str | None:
    """Name that by which a provider could prove that it is the one who calls."""
    match chosen:
        case TwilioSettings(auth_token=None) | TwilioWhatsappSettings(auth_token=None):
            return "auth_token"
        case MetaWhatsappSettings(app_secret=None):
            return "app_secret and verify_token"
        case VonageSettings(signature_secret=None):
            return "signature_secret"
        case LobSettings(webhook_secret=None):
            return "webhook_secret"
        case PingenSettings(signing_key=None):
            return "signing_key"
        case _:
            return None


def _caller(chosen: ProviderSettings) -> str | None:
    """Give the address of a provider that calls us, if it does."""
    match chosen:
        case TwilioSettings() | TwilioWhatsappSettings() | TwilioVoiceSettings():
            return chosen.base_url
        case MetaWhatsappSettings() | VonageSettings() | LobSettings() | PingenSettings():
            return chosen.base_url
        case HttpGatewaySettings():
            return None if chosen.receipts is None else chosen.url
        case SmtpSettings() | SmppSettings() | AppriseSettings() | LetterXpressSettings():
            return None
        case _:
            assert_never(chosen)


def _is_here(url: str) -> bool:
    return is_loopback(urlsplit(url).hostname or "")


def sqlite_path(settings: Settings) -> Path | None:
    """Give where the database lies, if it is a file."""
    url = settings.database.url
    prefix = "sqlite:///"
    return Path(url.removeprefix(prefix)).resolve() if url.startswith(prefix) else None
