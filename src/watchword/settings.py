"""What the operator sets once: one TOML file, and variables that go before it.

    [web]
    port = 8080

is the same as `WATCHWORD_WEB__PORT=8080`. Whatever is misspelt, missing or beyond a ceiling is
refused at the start, with the place where it stands.
"""

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, TypeAlias

import msgspec
from msgspec import Struct, field

from watchword.features.abuse.rulesets import Given
from watchword.features.abuse.rulesets import find_faults as find_abuse_faults
from watchword.features.challenges.policies import Policy, Purpose, default_policy, find_faults
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.routes import SANDBOX, Routes
from watchword.features.delivery.rules import ProviderName
from watchword.features.limits.rules import DAY, HOUR, MONTH, Cap, Limits
from watchword.features.prices.reading import BadPrices, Row, read
from watchword.features.prices.rules import PriceList
from watchword.features.routing.rules import Plan, Step
from watchword.features.routing.rules import find_faults as find_plan_faults
from watchword.foundation.errors import WatchwordError
from watchword.foundation.secret import Secret
from watchword.providers.channels.apprise import AppriseSettings
from watchword.providers.channels.email.smtp import SmtpSettings
from watchword.providers.channels.http_gateway_settings import HttpGatewaySettings
from watchword.providers.channels.sms.smpp_settings import SmppSettings
from watchword.providers.channels.sms.twilio import TwilioSettings
from watchword.providers.channels.sms.vonage import VonageSettings
from watchword.providers.channels.voice.twilio import TwilioVoiceSettings
from watchword.providers.channels.whatsapp.meta_account import MetaWhatsappSettings
from watchword.providers.channels.whatsapp.twilio import TwilioWhatsappSettings
from watchword.providers.webhooks.addresses import Fence

PREFIX, DEEPER = "WATCHWORD_", "__"
PROVIDER = "$.providers[...]"
FILE = "watchword.toml"
PUBLIC_URL = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+")
LONGEST_TIMEOUT = 20.0  # seconds
MOST_WRONG = 100
"""Wrong answers, in an hour as in a row: NIST SP 800-63B-4, section 3.2.2."""

ProviderSettings: TypeAlias = (
    SmtpSettings
    | TwilioSettings
    | TwilioWhatsappSettings
    | TwilioVoiceSettings
    | MetaWhatsappSettings
    | VonageSettings
    | SmppSettings
    | AppriseSettings
    | HttpGatewaySettings
)


class SettingsWrong(WatchwordError):
    """The settings cannot be used; the message says where and why."""


class Section(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the settings."""


class DatabaseSettings(Section, frozen=True):
    url: str = "sqlite:///watchword.db"
    """`sqlite:///relative`, `sqlite:////absolute`, or `postgresql://user@host/name`."""

    def __repr__(self) -> str:
        return "DatabaseSettings(…)"  # there may be a password in the URL


class KeyringSettings(Section, frozen=True):
    path: str = "keyring.json"
    """A file that its owner alone may read. `WATCHWORD_KEYRING` (base64) goes before it."""


class WebSettings(Section, frozen=True):
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = "http://127.0.0.1:8000"
    """How the world reaches us; links are made of this and of nothing that a caller sends."""
    trusted_hops: int = 0
    """How many proxies of ours stand in front. Only what they say of the client is believed."""


class SandboxSettings(Section, frozen=True):
    open_page: bool = False
    """Show `/sandbox` without a key. Only for a machine that nobody else can reach."""


class WorkSettings(Section, frozen=True):
    in_server: bool = True
    """Send messages from the server process too, not only from `watchword work`."""
    concurrency: int = 8
    """How many messages one process has under way at one provider."""


class WebhookSettings(Section, frozen=True):
    ports: Sequence[int] = (443, 8443)
    """To which ports webhooks may go."""
    high_ports: bool = False
    """Let them go to any port from 1024 on, too."""
    allow_loopback: bool = False
    """Let them go to this machine, also without TLS. Only for trying things out."""
    concurrency: int = 128
    """How many one process has under way, to all endpoints together."""


class LogSettings(Section, frozen=True):
    level: Literal["debug", "info", "warning"] = "info"
    format: Literal["json", "text"] = "json"


class LimitSettings(Section, frozen=True):
    sends_per_hour: int = 5
    sends_per_day: int = 10
    wrong_per_hour: int = 10
    wrong_in_a_row: int = 100
    letters_per_month: int = 2
    """To one postal address, within any 30 days."""


class PriceSettings(Section, frozen=True):
    currency: str = "EUR"
    file: str | None = None
    """A table (CSV) of prices: channel,provider,country_or_prefix,price."""
    rows: Sequence[Row] = ()

    @property
    def has_any(self) -> bool:
        return self.file is not None or bool(self.rows)


class PurposeSettings(Section, frozen=True):
    """What differs from the defaults of a purpose. Lives and waits are in seconds."""

    code_length: int | None = None
    attempts: int | None = None
    life: Mapping[Channel, int] = field(default_factory=dict)
    resend_waits: Sequence[int] | None = None
    new_code_on_resend: bool | None = None
    charge_malformed: bool | None = None
    plan: tuple[Step, ...] | None = None
    """By which channels the code goes out, one after the other, until it arrives."""


class Settings(Section, frozen=True):
    database: DatabaseSettings = DatabaseSettings()
    keyring: KeyringSettings = KeyringSettings()
    web: WebSettings = WebSettings()
    sandbox: SandboxSettings = SandboxSettings()
    work: WorkSettings = WorkSettings()
    webhooks: WebhookSettings = WebhookSettings()
    log: LogSettings = LogSettings()
    limits: LimitSettings = LimitSettings()
    prices: PriceSettings = PriceSettings()
    abuse: Given = Given()
    purposes: Mapping[Purpose, PurposeSettings] = field(default_factory=dict)
    providers: Mapping[str, ProviderSettings] = field(default_factory=dict)
    channels: Mapping[Channel, Sequence[str]] = field(default_factory=dict)
    """The providers of a channel in the order of preference; else all that can serve it."""


def load(path: Path | None, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; raise `SettingsWrong` with all that is needed to mend them."""
    written: dict[str, Any] = {}
    named = path or environment.get("WATCHWORD_SETTINGS")
    place = Path(named or FILE)
    if named or place.exists():
        try:
            written = tomllib.loads(place.read_text(encoding="utf-8"))
        except (OSError, UnicodeError, tomllib.TOMLDecodeError) as fault:
            raise SettingsWrong(f"The settings in {place} cannot be read: {fault}") from None
    for name, value in environment.items():
        if name.startswith(PREFIX) and DEEPER in name:
            _put(written, name, value)
    return parse(written)


def parse(written: Mapping[str, Any]) -> Settings:
    try:
        settings = msgspec.convert(written, Settings, strict=False, dec_hook=_secret)
    except msgspec.ValidationError as fault:
        raise SettingsWrong(f"The settings are not right: {_placed(fault, written)}") from None
    for find in FINDERS:
        if faults := find(settings):
            raise SettingsWrong("The settings are not right: " + " ".join(faults))
    return settings


def policies(settings: Settings) -> Mapping[Purpose, Policy]:
    return {purpose: _policy(purpose, settings.purposes.get(purpose)) for purpose in Purpose}


def plans(settings: Settings) -> Mapping[str, Plan]:
    """Give the plans that the operator has declared for all organisations."""
    return {
        purpose: Plan(chosen.plan)
        for purpose, chosen in settings.purposes.items()
        if chosen.plan is not None
    }


def prices(settings: Settings) -> PriceList | None:
    """Read what messages cost, if it is known."""
    chosen, table = settings.prices, ""
    if not chosen.has_any:
        return None
    if chosen.file is not None:
        try:
            table = Path(chosen.file).read_text(encoding="utf-8")
        except (OSError, UnicodeError) as fault:
            raise SettingsWrong(f"The prices in {chosen.file} cannot be read: {fault}") from None
    found = read(chosen.currency, chosen.rows, table.splitlines())
    if isinstance(found, BadPrices):
        raise SettingsWrong("The prices are not right: " + " ".join(found.faults))
    return found


def fence(settings: Settings) -> Fence:
    """Give how far webhooks may go."""
    chosen = settings.webhooks
    return Fence(
        allow_loopback=chosen.allow_loopback,
        ports=tuple(chosen.ports),
        high_ports=chosen.high_ports,
    )


def limits(settings: Settings) -> Limits:
    """Give the limits of organisations that reach real people."""
    chosen = settings.limits
    return Limits(
        sends=(Cap(chosen.sends_per_hour, HOUR), Cap(chosen.sends_per_day, DAY)),
        wrong=Cap(chosen.wrong_per_hour, HOUR),
        most_in_a_row=chosen.wrong_in_a_row,
        letters=Cap(chosen.letters_per_month, MONTH),
    )


def routes(settings: Settings) -> Routes:
    live: dict[Channel, Sequence[ProviderName]] = {}
    for channel in Channel:
        able = [name for name, kind in settings.providers.items() if channel in kind.channels]
        if names := settings.channels.get(channel, able):
            live[channel] = tuple(map(ProviderName, names))
    return Routes(live)


def _put(written: dict[str, Any], variable: str, value: str) -> None:
    *sections, name = variable.removeprefix(PREFIX).lower().split(DEEPER)
    for section in sections:
        written = written.setdefault(section, {})
        if not isinstance(written, dict):
            raise SettingsWrong(f"{variable} is not right: {section} is a value, and no section.")
    written[name] = value


def _placed(fault: msgspec.ValidationError, written: Mapping[str, Any]) -> str:
    """Say which provider is meant; of a mapping, the fault itself says `$.providers[...]`."""
    for name, provider in written.get("providers", {}).items() if PROVIDER in str(fault) else ():
        try:
            msgspec.convert(provider, ProviderSettings, strict=False, dec_hook=_secret)
        except msgspec.ValidationError:
            return str(fault).replace(PROVIDER, f"$.providers.{name}")
    return str(fault)


def _secret(kind: type, value: object) -> object:
    if kind is Secret and isinstance(value, str):
        return Secret(value)
    raise ValueError(f"Expected text for {kind.__name__}")


def _policy(purpose: Purpose, chosen: PurposeSettings | None) -> Policy:
    policy = default_policy(purpose)
    if chosen is None:
        return policy
    lives = {channel: timedelta(seconds=life) for channel, life in chosen.life.items()}
    waits = chosen.resend_waits
    given: dict[str, Any] = {
        "code_length": chosen.code_length,
        "attempts": chosen.attempts,
        "new_code_on_resend": chosen.new_code_on_resend,
        "charge_malformed": chosen.charge_malformed,
        "resend_waits": None if waits is None else tuple(timedelta(seconds=each) for each in waits),
    }
    changes = {name: value for name, value in given.items() if value is not None}
    return replace(policy, lives={**policy.lives, **lives}, **changes)


def _faults_of_figures(settings: Settings) -> list[str]:
    faults = [
        f"purposes.{purpose}: {fault}"
        for purpose in settings.purposes
        for fault in find_faults(_policy(purpose, settings.purposes[purpose]))
    ]
    if not settings.database.url.startswith(("sqlite:///", "postgresql://")):
        faults.append("database.url begins with sqlite:/// or postgresql://.")
    chosen = settings.limits
    if not 1 <= chosen.wrong_in_a_row <= MOST_WRONG:
        faults.append(f"limits.wrong_in_a_row is 1 to {MOST_WRONG}.")
    if not 1 <= chosen.wrong_per_hour <= MOST_WRONG:
        faults.append(f"limits.wrong_per_hour is 1 to {MOST_WRONG}.")
    if min(chosen.sends_per_hour, chosen.sends_per_day) < 1:
        faults.append("limits.sends_per_hour and limits.sends_per_day are 1 or more.")
    if chosen.letters_per_month < 1:
        faults.append("limits.letters_per_month is 1 or more.")
    if not 1 <= settings.work.concurrency <= 500:  # noqa: PLR2004 - said in the sentence
        faults.append("work.concurrency is 1 to 500.")
    return faults


def _faults_of_web(settings: Settings) -> list[str]:
    faults, web = [], settings.web
    if not 0 <= web.port <= 65535:  # noqa: PLR2004 - said in the sentence
        faults.append("web.port is 0 to 65535; 0 takes a free one.")
    if web.trusted_hops < 0:
        faults.append("web.trusted_hops is 0 or more: how many proxies of yours stand in front.")
    if not PUBLIC_URL.fullmatch(web.public_url):
        faults.append(
            "web.public_url is like https://codes.example.org, without a slash at the end."
        )
    return faults


def _faults_of_webhooks(settings: Settings) -> list[str]:
    faults, chosen = [], settings.webhooks
    if not chosen.ports or not all(1 <= port <= 65535 for port in chosen.ports):  # noqa: PLR2004
        faults.append("webhooks.ports has ports, each 1 to 65535.")
    if not 8 <= chosen.concurrency <= 1000:  # noqa: PLR2004 - said in the sentence
        faults.append("webhooks.concurrency is 8 to 1000.")
    return faults


def _faults_of_abuse(settings: Settings) -> list[str]:
    faults = find_abuse_faults(settings.abuse, has_prices=settings.prices.has_any)
    days = "" if 1 <= settings.abuse.keep_days <= 400 else "keep_days is 1 to 400."  # noqa: PLR2004
    return [f"abuse.{fault}" for fault in [*faults, days] if fault]


def _faults_of_providers(settings: Settings) -> list[str]:
    return [
        f"providers.{name}.timeout_seconds is more than 0 and {LONGEST_TIMEOUT:g} at most, so that "
        "a message is settled before its lease runs out."
        for name, provider in settings.providers.items()
        if not 0 < provider.timeout_seconds <= LONGEST_TIMEOUT
    ]


def _faults_of_plans(settings: Settings) -> list[str]:
    live = routes(settings).live
    served = {(channel, str(name)) for channel, names in live.items() for name in names}
    return [
        f"purposes.{purpose}.plan: {fault}"
        for purpose, plan in plans(settings).items()
        for fault in find_plan_faults(plan, served)
    ]


def _faults_of_routes(settings: Settings) -> list[str]:
    faults = []
    if SANDBOX in settings.providers:
        faults.append(f"providers.{SANDBOX}: the name is taken by the sandbox itself.")
    faults += [
        f"providers.{name}: letters are not printed yet. Test organisations can send them."
        for name, kind in settings.providers.items()
        if Channel.LETTER in kind.channels
    ]
    for channel, names in settings.channels.items():
        for name in names:
            provider = settings.providers.get(name)
            if provider is None:
                faults.append(f"channels.{channel}: there is no providers.{name}.")
            elif channel not in provider.channels:
                faults.append(f"channels.{channel}: {name} does not serve it.")
    return faults


FINDERS = (
    _faults_of_routes,
    _faults_of_figures,
    _faults_of_web,
    _faults_of_webhooks,
    _faults_of_providers,
    _faults_of_plans,
    _faults_of_abuse,
)
"""What looks for faults: the next one only where the one before has found none."""
