"""What `serve` and `work` have in common: both are for real, and are told to a log."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from watchword.cli.office import Office
from watchword.settings import Settings
from watchword.wiring import Services

LEVELS = logging.getLevelNamesMapping()


@asynccontextmanager
async def for_real(office: Office, settings: Settings) -> AsyncIterator[Services]:
    """Open everything for a server; nothing that was made for a demonstration is let in."""
    office.set_up_log(
        level=LEVELS[settings.log.level.upper()], is_terminal=settings.log.format == "text"
    )
    async with office.opened(settings, office.real_keyring(settings)) as services:
        yield services
