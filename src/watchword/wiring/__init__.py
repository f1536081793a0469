"""The one place where parts meet: settings in, services out."""

import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from watchword.features.calls.pauses.service import Pauses
from watchword.features.census.service import Census
from watchword.features.challenges.codes import Draw
from watchword.foundation.bells import LocalBells, PostgresqlBells
from watchword.foundation.keyring import Keyring
from watchword.foundation.storage import Now, Storage, open_storage
from watchword.settings import Settings
from watchword.wiring.assembly import Assembly
from watchword.wiring.cores import open_core
from watchword.wiring.metrics import Metrics
from watchword.wiring.providers import open_provider, surroundings
from watchword.wiring.services import Services
from watchword.wiring.watchtower import Watchtower, open_tracer

PATIENCE = 10.0  # seconds; no transaction waits for anything but the database

__all__ = ["Services", "open_census", "open_core", "open_provider", "open_services", "surroundings"]


@asynccontextmanager
async def open_services(
    settings: Settings,
    keyring: Keyring,
    *,
    now: Now | None = None,
    draw: Draw = secrets.randbelow,
    pauses: Pauses | None = None,
) -> AsyncIterator[Services]:
    """Put everything together, and take it apart again at the end.

    `now` stands in for the time of the database, and `draw` for chance. `pauses` hold back what
    callers hear.
    """
    async with AsyncExitStack() as stack:
        url = settings.database.url
        storage = await stack.enter_async_context(open_storage(url, patience=PATIENCE, now=now))
        watchtower = Watchtower(Metrics(), open_tracer(settings))
        stack.callback(watchtower.close)
        storage.be_looked_at_by(watchtower)
        bells = PostgresqlBells(url) if url.startswith("postgresql:") else LocalBells()
        stack.push_async_callback(bells.close)
        assembly = Assembly(
            settings,
            keyring,
            storage,
            bells,
            draw,
            pauses=pauses or Pauses(),
            watchtower=watchtower,
        )
        services = assembly.services()
        stack.push_async_callback(services.connector.close)
        stack.push_async_callback(services.staff.sign_on.close)
        stack.push_async_callback(services.crossings.close)
        stack.push_async_callback(services.ledger.close)
        stack.push_async_callback(services.telephone.close)
        for provider in services.providers.values():
            stack.push_async_callback(provider.close)
        yield services


@asynccontextmanager
async def open_census(settings: Settings) -> AsyncIterator[tuple[Storage, Census]]:
    """Open what can be looked at without any key."""
    async with open_storage(settings.database.url, patience=PATIENCE) as storage:
        yield storage, Census(storage=storage)
