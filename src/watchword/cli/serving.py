"""What `serve` and `work` have in common: both are for real, and are told to a log."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from watchword.cli.office import Office
from watchword.settings import Settings, place_of
from watchword.telephone.exchange import answering
from watchword.web.metrics import create_side_app
from watchword.web.server import open_port, serving_beside
from watchword.wiring import Services

NO_ASTERISK = "telephone.fastagi.listen in the settings"
LEVELS = logging.getLevelNamesMapping()
OTHER_PLACE = "metrics.listen in the settings; each process of a machine needs one of its own"


@asynccontextmanager
async def for_real(office: Office, settings: Settings) -> AsyncIterator[Services]:
    """Open everything for a server; nothing that was made for a demonstration is let in."""
    office.set_up_log(
        level=LEVELS[settings.log.level.upper()], is_terminal=settings.log.format == "text"
    )
    async with office.opened(settings, office.real_keyring(settings)) as services:
        yield services


@asynccontextmanager
async def seen_by_operators(services: Services) -> AsyncIterator[None]:
    """Show figures and health where the settings say, if they say so."""
    listen = services.settings.metrics.listen
    place = None if listen is None else place_of(listen)
    if place is None:
        yield
        return
    with open_port(*place, OTHER_PLACE) as listener:
        async with serving_beside(create_side_app(services), listener):
            yield


@asynccontextmanager
async def on_the_telephone(services: Services) -> AsyncIterator[None]:
    """Answer an Asterisk where the settings say, if they say so."""
    listen = services.settings.telephone.fastagi.listen
    place = None if listen is None else place_of(listen)
    if place is None:
        yield
        return
    with open_port(*place, NO_ASTERISK) as listener:
        async with answering(services, listener):
            yield
