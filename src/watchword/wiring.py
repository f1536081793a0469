"""The one place where parts meet: settings in, services out."""

import base64
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import assert_never

from watchword.features.abuse.blocks.service import Blocks
from watchword.features.abuse.cases.service import Tell
from watchword.features.abuse.events import event_of
from watchword.features.abuse.replay.service import Replays
from watchword.features.abuse.rulebook.service import Rulebook
from watchword.features.abuse.rules import Happened
from watchword.features.abuse.rulesets import of_the_house
from watchword.features.abuse.service import Guard
from watchword.features.census.service import Census
from watchword.features.challenges.codebook import Codebook
from watchword.features.challenges.codes import Draw
from watchword.features.challenges.denials_service import Denials
from watchword.features.challenges.desk_service import DENIALS, Mailroom
from watchword.features.challenges.foresight_service import Foresight
from watchword.features.challenges.service import Challenges
from watchword.features.challenges.steps_service import Steps
from watchword.features.clients.service import Clients
from watchword.features.contacts.service import Contacts
from watchword.features.delivery.ports import Hear, Provider, Surroundings
from watchword.features.delivery.routes import SANDBOX
from watchword.features.delivery.rules import ProviderName
from watchword.features.delivery.service import Deliveries, Outbox
from watchword.features.idempotency.service import Requests
from watchword.features.limits.service import Gates, Lifts
from watchword.features.organisations.rules import Mode
from watchword.features.organisations.service import Organisations
from watchword.features.routing.service import Plans, Router
from watchword.features.sandbox.clock_service import Clock
from watchword.features.sandbox.service import Sandbox
from watchword.features.templates.rules import LOCALES
from watchword.features.webhooks.events import EventId
from watchword.features.webhooks.ports import Connector
from watchword.features.webhooks.posting.service import Posting
from watchword.features.webhooks.service import Webhooks
from watchword.foundation.bells import Bells, LocalBells, PostgresqlBells
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.keyring import KeyKind, Keyring
from watchword.foundation.sealing import Sealer
from watchword.foundation.storage import Now, Storage, Transaction, open_storage
from watchword.providers.channels.apprise import Apprise, AppriseSettings
from watchword.providers.channels.email.smtp import Smtp, SmtpSettings
from watchword.providers.channels.http_gateway import HttpGateway
from watchword.providers.channels.http_gateway_settings import HttpGatewaySettings
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
from watchword.providers.webhooks.connector import SafeConnector
from watchword.settings import (
    ProviderSettings,
    Settings,
    fence,
    limits,
    plans,
    policies,
    prices,
    routes,
)

CHANCES = 1_000_000
TOKEN_LETTERS = 12
PATIENCE = 10.0  # seconds; no transaction waits for anything but the database


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """All that the doors may call."""

    settings: Settings
    storage: Storage
    bells: Bells
    organisations: Organisations
    clients: Clients
    contacts: Contacts
    challenges: Challenges
    steps: Steps
    denials: Denials
    foresight: Foresight
    plans: Plans
    guard: Guard
    rulebook: Rulebook
    blocks: Blocks
    replays: Replays
    webhooks: Webhooks
    posting: Posting
    connector: Connector
    requests: Requests
    gates: Gates
    lifts: Lifts
    deliveries: Deliveries
    sandbox: Sandbox
    clock: Clock
    census: Census
    providers: Mapping[ProviderName, Provider]


@asynccontextmanager
async def open_services(
    settings: Settings,
    keyring: Keyring,
    *,
    now: Now | None = None,
    draw: Draw = secrets.randbelow,
) -> AsyncIterator[Services]:
    """Put everything together, and take it apart again at the end.

    `now` stands in for the time of the database, and `draw` for chance.
    """
    async with AsyncExitStack() as stack:
        url = settings.database.url
        storage = await stack.enter_async_context(open_storage(url, patience=PATIENCE, now=now))
        bells = PostgresqlBells(url) if url.startswith("postgresql:") else LocalBells()
        stack.push_async_callback(bells.close)
        services = _assemble(settings, keyring, storage, bells, draw)
        stack.push_async_callback(services.connector.close)
        for provider in services.providers.values():
            stack.push_async_callback(provider.close)
        yield services


@asynccontextmanager
async def open_census(settings: Settings) -> AsyncIterator[tuple[Storage, Census]]:
    """Open what can be looked at without any key."""
    async with open_storage(settings.database.url, patience=PATIENCE) as storage:
        yield storage, Census(storage=storage)


def _assemble(
    settings: Settings, keyring: Keyring, storage: Storage, bells: Bells, draw: Draw
) -> Services:
    sealer = Sealer(keyring.versions(KeyKind.OUTBOX))
    organisations = Organisations(storage=storage, keyring=keyring, locales=LOCALES)
    contacts = Contacts(storage=storage, organisations=organisations)
    requests = Requests(storage=storage, sealer=sealer)
    sandbox = Sandbox(storage=storage, organisations=organisations, sealer=sealer, bells=bells)
    live = limits(settings)
    # What the sandbox sends costs nothing and reaches nobody, so it is not counted.
    by_mode = {Mode.LIVE: live, Mode.TEST: replace(live, sends=())}
    ways, house_plans = routes(settings), plans(settings)
    connector = SafeConnector(fence(settings))
    webhooks = Webhooks(
        storage=storage, sealer=sealer, bells=bells, requests=requests, connector=connector
    )
    mailroom = Mailroom(
        outbox=Outbox(sealer=sealer, bells=bells),
        webhooks=webhooks,
        denials=settings.web.public_url + DENIALS,
    )
    price_list = prices(settings)
    rulebook = Rulebook(
        storage=storage,
        # Whoever tests is to see the answers of rules only where they ask for them.
        house={Mode.LIVE: of_the_house(settings.abuse), Mode.TEST: None},
        has_prices=price_list is not None,
    )
    guard = Guard(
        storage=storage,
        organisations=organisations,
        rulebook=rulebook,
        tell=_telling(webhooks),
        keep=timedelta(days=settings.abuse.keep_days),
    )
    router = Router(
        routes=ways, guard=guard, plans=house_plans, prices=price_list, chance=_chance
    )
    codebook = Codebook(
        keys=keyring.versions(KeyKind.CODES), sealer=sealer, draw=draw, new_token=_new_token
    )
    challenges = Challenges(
        storage=storage,
        organisations=organisations,
        contacts=contacts,
        mailroom=mailroom,
        requests=requests,
        routes=ways,
        guard=guard,
        router=router,
        policies=policies(settings),
        limits=by_mode,
        codebook=codebook,
        chance_of=sandbox.draw,
    )
    steps = Steps(
        storage=storage,
        organisations=organisations,
        contacts=contacts,
        mailroom=mailroom,
        guard=guard,
        router=router,
        policies=policies(settings),
        limits=by_mode,
        codebook=codebook,
        bells=bells,
    )
    deliveries = Deliveries(
        storage=storage, sealer=sealer, bells=bells, routes=ways, tell=steps.hear
    )
    return Services(
        settings=settings,
        storage=storage,
        bells=bells,
        organisations=organisations,
        clients=Clients(storage=storage),
        contacts=contacts,
        challenges=challenges,
        steps=steps,
        denials=Denials(storage=storage, organisations=organisations, mailroom=mailroom),
        foresight=Foresight(
            storage=storage,
            organisations=organisations,
            contacts=contacts,
            mailroom=mailroom,
            router=router,
        ),
        guard=guard,
        rulebook=rulebook,
        blocks=Blocks(storage=storage, rulebook=rulebook),
        replays=Replays(storage=storage, rulebook=rulebook),
        plans=Plans(storage=storage, routes=ways, house=house_plans),
        webhooks=webhooks,
        posting=Posting(storage=storage, sealer=sealer, webhooks=webhooks),
        connector=connector,
        requests=requests,
        lifts=Lifts(storage=storage),
        gates=Gates(storage=storage, key=_newest(keyring, KeyKind.CODES)),
        deliveries=deliveries,
        sandbox=sandbox,
        clock=Clock(storage=storage, bells=bells),
        census=Census(storage=storage),
        providers=_providers(settings, sandbox, deliveries, storage.now),
    )


def _providers(
    settings: Settings, sandbox: Sandbox, deliveries: Deliveries, now: Now
) -> Mapping[ProviderName, Provider]:
    providers: dict[ProviderName, Provider] = {SANDBOX: SandboxProvider(sandbox)}
    for written, chosen in settings.providers.items():
        name = ProviderName(written)
        hear = partial(deliveries.receive, name)
        providers[name] = open_provider(chosen, surroundings(settings, name, now, hear))
    return providers


def surroundings(settings: Settings, name: ProviderName, now: Now, hear: Hear) -> Surroundings:
    """Tell a provider where it works."""
    callbacks = f"{settings.web.public_url}/callbacks/{name}"
    return Surroundings(name=name, now=now, callbacks=callbacks, hear=hear)


def _telling(webhooks: Webhooks) -> Tell:
    """Let webhooks tell of blocks."""

    async def tell(transaction: Transaction, whose: OrganisationId, happened: Happened) -> None:
        await webhooks.note(transaction, whose, event_of(happened, EventId(new_id())))

    return tell


def _chance() -> float:
    return secrets.randbelow(CHANCES) / CHANCES


def _new_token() -> str:
    """Give a word that nobody can guess: 60 random bits, in letters and digits that links keep."""
    return base64.b32encode(secrets.token_bytes(8)).decode()[:TOKEN_LETTERS].lower()


def _newest(keyring: Keyring, kind: KeyKind) -> bytes:
    return keyring.versions(kind)[keyring.newest(kind)]


def open_provider(  # noqa: PLR0911 - one for each kind
    settings: ProviderSettings, surroundings: Surroundings
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
        case HttpGatewaySettings():
            return HttpGateway(settings, surroundings)
        case _:
            assert_never(settings)
