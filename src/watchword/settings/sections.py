"""Everything that the operator may set, with its meaning beside it."""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct, field

from watchword.features.abuse.rulesets import Given
from watchword.features.challenges.policies import Purpose
from watchword.features.contacts.channels import Channel
from watchword.features.prices.reading import Row
from watchword.features.routing.rules import Step
from watchword.foundation.errors import WatchwordError
from watchword.foundation.secret import Secret
from watchword.providers.channels.apprise import AppriseSettings
from watchword.providers.channels.email.smtp import SmtpSettings
from watchword.providers.channels.http_gateway_settings import HttpGatewaySettings
from watchword.providers.channels.letter.letterxpress import LetterXpressSettings
from watchword.providers.channels.letter.lob import LobSettings
from watchword.providers.channels.letter.pingen import PingenSettings
from watchword.providers.channels.sms.smpp_settings import SmppSettings
from watchword.providers.channels.sms.twilio import TwilioSettings
from watchword.providers.channels.sms.vonage import VonageSettings
from watchword.providers.channels.voice.twilio import TwilioVoiceSettings
from watchword.providers.channels.whatsapp.meta_account import MetaWhatsappSettings
from watchword.providers.channels.whatsapp.twilio import TwilioWhatsappSettings
from watchword.providers.cores.demo.settings import DemoSettings
from watchword.providers.cores.rest.settings import RestSettings
from watchword.providers.cores.sql.settings import SqlSettings
from watchword.providers.cores.symxchange.settings import SymxchangeSettings
from watchword.providers.originals.settings import OriginalSettings
from watchword.providers.sign_on.settings import OidcSettings

ProviderSettings: TypeAlias = (
    SmtpSettings
    | TwilioSettings
    | TwilioWhatsappSettings
    | TwilioVoiceSettings
    | MetaWhatsappSettings
    | VonageSettings
    | SmppSettings
    | AppriseSettings
    | PingenSettings
    | LobSettings
    | LetterXpressSettings
    | HttpGatewaySettings
)

CoreSettings: TypeAlias = DemoSettings | SqlSettings | SymxchangeSettings | RestSettings

DRAWING = (PingenSettings, LobSettings, LetterXpressSettings)
"""Services that print a letter as it is drawn. All others carry texts."""


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
    bulk_per_second: Mapping[str, float] = {}
    """How many messages of campaigns a provider is given in a second, by all processes together."""


class WebhookSettings(Section, frozen=True):
    ports: Sequence[int] = (443, 8443)
    """To which ports webhooks may go."""
    high_ports: bool = False
    """Let them go to any port from 1024 on, too."""
    allow_loopback: bool = False
    """Let them go to this machine, also without TLS. Only for trying things out."""
    concurrency: int = 128
    """How many one process has under way, to all endpoints together."""


class ConsoleSettings(Section, frozen=True):
    idle_minutes: int = 60
    """After how long without a request somebody who works the console must sign in again."""
    whole_hours: int = 12
    """After how long they must, however busy they are."""


class LedgerSettings(Section, frozen=True):
    copies: str | None = None
    """A folder to which each signed checkpoint is copied. It belongs on another machine's disk."""


class RetentionSettings(Section, frozen=True):
    deliveries_days: int = 90
    """Messages and what became of them, and what identifies somebody in a challenge."""
    addresses_days: int = 30
    """Network addresses as they are, from which staff signed in."""
    evidence_days: int = 400
    """That somebody was asked and what the verdict was, without what identifies them."""


class LetterSettings(Section, frozen=True):
    large_print: bool = False
    """Set letters in 14 points instead of 10, for those who do not see well."""


class LogSettings(Section, frozen=True):
    level: Literal["debug", "info", "warning"] = "info"
    format: Literal["json", "text"] = "json"


class MetricsSettings(Section, frozen=True):
    listen: str | None = None
    """Where figures are shown to whoever gathers them, such as `127.0.0.1:9464`."""
    token: Secret | None = None
    """What whoever gathers them has to show, if that is not left to the network."""


class TracingSettings(Section, frozen=True):
    endpoint: str | None = None
    """Where traces are sent: a collector that speaks OTLP over HTTP. Without it, none are kept."""
    ratio: float = 1.0
    """How many of all traces are kept."""
    service: str = "watchword"


class BackupSettings(Section, frozen=True):
    marker: str | None = None
    """A file that each backup touches, so that the doctor can tell how old the last one is."""


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


class FastAgiSettings(Section, frozen=True):
    listen: str | None = None
    """Where an Asterisk asks what to do with a call, such as `127.0.0.1:4573`."""
    networks: Sequence[str] = ("127.0.0.1/32", "::1/128")
    """From where it may ask. FastAGI has no password: whoever is let in is believed."""
    sounds: str | None = None
    """The whole path of a folder for what is said. Asterisk reads there, we write."""
    speed: int = 145
    """Words in a minute."""


class TwimlSettings(Section, frozen=True):
    accounts: Mapping[str, str] = field(default_factory=dict)
    """Whose calls come by which provider of Twilio: `{ bank = "twilio" }`."""


class VoiceXmlSettings(Section, frozen=True):
    passwords: Mapping[str, Secret] = field(default_factory=dict)
    """What a platform has to show for an organisation, whose short name is the user."""


class TelephoneSettings(Section, frozen=True):
    """By which platforms members call. Each is off until it is set."""

    fastagi: FastAgiSettings = FastAgiSettings()
    twiml: TwimlSettings = TwimlSettings()
    voicexml: VoiceXmlSettings = VoiceXmlSettings()


class Settings(Section, frozen=True):
    database: DatabaseSettings = DatabaseSettings()
    keyring: KeyringSettings = KeyringSettings()
    web: WebSettings = WebSettings()
    sandbox: SandboxSettings = SandboxSettings()
    work: WorkSettings = WorkSettings()
    webhooks: WebhookSettings = WebhookSettings()
    console: ConsoleSettings = ConsoleSettings()
    ledger: LedgerSettings = LedgerSettings()
    retention: RetentionSettings = RetentionSettings()
    letters: LetterSettings = LetterSettings()
    log: LogSettings = LogSettings()
    metrics: MetricsSettings = MetricsSettings()
    tracing: TracingSettings = TracingSettings()
    backup: BackupSettings = BackupSettings()
    telephone: TelephoneSettings = TelephoneSettings()
    limits: LimitSettings = LimitSettings()
    prices: PriceSettings = PriceSettings()
    abuse: Given = Given()
    purposes: Mapping[Purpose, PurposeSettings] = field(default_factory=dict)
    providers: Mapping[str, ProviderSettings] = field(default_factory=dict)
    cores: Mapping[str, CoreSettings] = field(default_factory=dict)
    """Banking cores, under the names by which lines choose theirs."""
    sso: Mapping[str, OidcSettings] = field(default_factory=dict)
    """The identity provider of an organisation, under its short name."""
    originals: Mapping[str, OriginalSettings] = field(default_factory=dict)
    """What an organisation crosses over from, under its short name."""
    channels: Mapping[Channel, Sequence[str]] = field(default_factory=dict)
    """The providers of a channel in the order of preference; else all that can serve it."""
