"""How providers are opened: each kind of settings by the class that it is for."""

from collections.abc import Mapping
from functools import partial
from typing import assert_never

from watchword.features.consents.inbound.service import Inbound
from watchword.features.delivery.ports import (
    Hear,
    Listen,
    Provider,
    Surroundings,
    nobody_listens,
)
from watchword.features.delivery.routes import FOLDER, SANDBOX
from watchword.features.delivery.rules import ProviderName
from watchword.features.delivery.service import Deliveries
from watchword.features.letters.service import Letters
from watchword.features.sandbox.service import Sandbox
from watchword.foundation.errors import WatchwordError
from watchword.foundation.storage import Now
from watchword.providers.channels.apprise import Apprise, AppriseSettings
from watchword.providers.channels.email.smtp import Smtp, SmtpSettings
from watchword.providers.channels.http_gateway import HttpGateway
from watchword.providers.channels.http_gateway_settings import HttpGatewaySettings
from watchword.providers.channels.letter.folder import Folder
from watchword.providers.channels.letter.letterxpress import LetterXpress, LetterXpressSettings
from watchword.providers.channels.letter.lob import Lob, LobSettings
from watchword.providers.channels.letter.pingen import Pingen, PingenSettings
from watchword.providers.channels.sandbox import SandboxProvider
from watchword.providers.channels.sms.smpp import Smpp
from watchword.providers.channels.sms.smpp_settings import SmppSettings
from watchword.providers.channels.sms.twilio import Twilio, TwilioSettings
from watchword.providers.channels.sms.vonage import Vonage, VonageSettings
from watchword.providers.channels.voice.twilio import TwilioVoice, TwilioVoiceSettings
from watchword.providers.channels.whatsapp.meta import MetaWhatsapp
from watchword.providers.channels.whatsapp.meta_account import MetaWhatsappSettings
from watchword.providers.channels.whatsapp.twilio import (
    TwilioWhatsapp,
    TwilioWhatsappSettings,
)
from watchword.settings import (
    ProviderSettings,
    Settings,
)
from watchword.wiring.letters import LetterServices


class LettersAway(WatchwordError):
    """A service that prints was opened where there are no letters."""


def open_providers(
    settings: Settings,
    sandbox: Sandbox,
    deliveries: Deliveries,
    letters: LetterServices,
    now: Now,
    *,
    inbound: Inbound,
) -> Mapping[ProviderName, Provider]:
    """Open the sandbox, the folder of letters, and all providers that the settings name."""
    providers: dict[ProviderName, Provider] = {
        SANDBOX: SandboxProvider(sandbox, letters.letters),
        FOLDER: Folder(letters.letters),
    }
    for written, chosen in settings.providers.items():
        name = ProviderName(written)
        hear = partial(deliveries.receive, name)
        around = surroundings(settings, name, now, hear, partial(inbound.hear, name))
        providers[name] = open_provider(chosen, around, letters.letters)
    return providers


def surroundings(
    settings: Settings,
    name: ProviderName,
    now: Now,
    hear: Hear,
    listen: Listen = nobody_listens,
) -> Surroundings:
    """Tell a provider where it works."""
    callbacks = f"{settings.web.public_url}/callbacks/{name}"
    return Surroundings(name=name, now=now, callbacks=callbacks, hear=hear, listen=listen)


def open_provider(  # noqa: C901, PLR0911 - one for each kind
    settings: ProviderSettings, surroundings: Surroundings, letters: Letters | None = None
) -> Provider:
    match settings:
        case SmtpSettings():
            return Smtp(settings, surroundings)
        case TwilioSettings():
            return Twilio(settings, surroundings)
        case TwilioWhatsappSettings():
            return TwilioWhatsapp(settings, surroundings)
        case TwilioVoiceSettings():
            return TwilioVoice(settings, surroundings)
        case MetaWhatsappSettings():
            return MetaWhatsapp(settings, surroundings)
        case VonageSettings():
            return Vonage(settings, surroundings)
        case SmppSettings():
            return Smpp(settings, surroundings)
        case AppriseSettings():
            return Apprise(settings, surroundings)
        case PingenSettings() | LobSettings() | LetterXpressSettings():
            return _open_press(settings, surroundings, letters)
        case HttpGatewaySettings():
            return HttpGateway(settings, surroundings)
        case _:
            assert_never(settings)


def _open_press(
    settings: PingenSettings | LobSettings | LetterXpressSettings,
    surroundings: Surroundings,
    letters: Letters | None,
) -> Provider:
    """Open a service that prints. What it gets is drawn from letters that are kept."""
    if letters is None:
        raise LettersAway("A letter is tried by asking for one: there is nothing to try it with.")
    match settings:
        case PingenSettings():
            return Pingen(settings, surroundings, letters)
        case LobSettings():
            return Lob(settings, surroundings, letters)
        case LetterXpressSettings():
            return LetterXpress(settings, surroundings, letters)
        case _:
            assert_never(settings)
