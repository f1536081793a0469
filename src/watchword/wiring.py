"""The one place where parts meet: settings in, services out."""

import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import assert_never

from watchword.features.census.service import Census
from watchword.features.challenges.codebook import Codebook
from watchword.features.challenges.codes import Draw
from watchword.features.challenges.service import Challenges
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
from watchword.features.sandbox.service import Sandbox
from watchword.features.templates.rules import LOCALES
from watchword.foundation.bells import Bells, LocalBells, PostgresqlBells
from watchword.foundation.keyring import KeyKind, Keyring
from watchword.foundation.sealing import Sealer
from watchword.foundation.storage import Now, Storage, open_storage
from watchword.providers.channels.email.smtp import Smtp, SmtpSettings
from watchword.providers.channels.http_gateway import HttpGateway
from watchword.providers.channels.http_gateway_settings import HttpGatewaySettings
from watchword.providers.channels.sandbox import SandboxProvider
from watchword.providers.channels.sms.twilio import Twilio, TwilioSettings
from watchword.settings import ProviderSettings, Settings, limits, policies, routes

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
    requests: Requests
    gates: Gates
    lifts: Lifts
    deliveries: Deliveries
    sandbox: Sandbox
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
    deliveries = Deliveries(storage=storage, sealer=sealer, bells=bells, routes=routes(settings))
    challenges = Challenges(
        storage=storage,
        organisations=organisations,
        contacts=contacts,
        outbox=Outbox(sealer=sealer, bells=bells),
        requests=requests,
        routes=routes(settings),
        policies=policies(settings),
        # What the sandbox sends costs nothing and reaches nobody, so it is not counted.
        limits={Mode.LIVE: live, Mode.TEST: replace(live, sends=())},
        codebook=Codebook(keys=keyring.versions(KeyKind.CODES), sealer=sealer, draw=draw),
    )
    return Services(
        settings=settings,
        storage=storage,
        bells=bells,
        organisations=organisations,
        clients=Clients(storage=storage),
        contacts=contacts,
        challenges=challenges,
        requests=requests,
        lifts=Lifts(storage=storage),
        gates=Gates(storage=storage, key=_newest(keyring, KeyKind.CODES)),
        deliveries=deliveries,
        sandbox=sandbox,
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


def _newest(keyring: Keyring, kind: KeyKind) -> bytes:
    return keyring.versions(kind)[keyring.newest(kind)]


def open_provider(settings: ProviderSettings, surroundings: Surroundings) -> Provider:
    match settings:
        case SmtpSettings():
            return Smtp(settings, surroundings)
        case TwilioSettings():
            return Twilio(settings, surroundings)
        case HttpGatewaySettings():
            return HttpGateway(settings, surroundings)
        case _:
            assert_never(settings)
