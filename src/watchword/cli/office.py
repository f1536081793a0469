"""What commands work with: the settings, the keyring and the services of this installation."""

import getpass
import logging
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from watchword.features.audit.rules import Noun
from watchword.features.clients.rules import Operator
from watchword.features.cores.ports import BankingCore
from watchword.features.cores.rules import CoreName
from watchword.features.delivery.ports import Provider, Surroundings
from watchword.features.delivery.receipts import Report
from watchword.features.delivery.rules import ProviderName
from watchword.features.organisations.rules import Organisation
from watchword.foundation.errors import NotFound, WatchwordError
from watchword.foundation.keyring import Keyring
from watchword.foundation.keyring_files import ENVIRONMENT, KeyringEnvironment, KeyringFile
from watchword.foundation.log import set_up_log
from watchword.foundation.storage import Now
from watchword.foundation.storage.moments import LocalTime
from watchword.migrations import steps
from watchword.settings import CoreSettings, ProviderSettings, Settings, load
from watchword.wiring import Services, open_core, open_provider, open_services, surroundings

OpenServices: TypeAlias = Callable[[Settings, Keyring], AbstractAsyncContextManager[Services]]
OpenCore: TypeAlias = Callable[[CoreSettings, CoreName, Now], BankingCore]
OpenProvider: TypeAlias = Callable[[ProviderSettings, Surroundings], Provider]


class ThrowawayKeyring(WatchwordError):
    """What was made for a demonstration is to protect something real."""

    def __init__(self) -> None:
        super().__init__(
            "This keyring was made for a demonstration, and must not protect anything real. "
            "Set keyring.path to another place, and make one there: watchword keys create"
        )


class KeyringElsewhere(WatchwordError):
    """The keyring is to be changed, and it came from where we cannot write."""

    def __init__(self) -> None:
        super().__init__(
            f"The keyring comes from {ENVIRONMENT}, which cannot be changed from here. Put it "
            f"into a file, name that in keyring.path, and run this again without {ENVIRONMENT}."
        )


class NoSuchOrganisation(WatchwordError):
    """A name is none of an organisation."""

    def __init__(self, slug: str) -> None:
        super().__init__(
            f"There is no organisation {slug}. See which there are: watchword organisations list"
        )


def _name_of_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid-{os.getuid()}"  # in a container, a user may have no name


@dataclass(frozen=True, kw_only=True)
class Office:
    """Handed to commands as the object of their context. A test hands in one of its own."""

    settings_file: Path | None = None
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    user: str = field(default_factory=_name_of_user)
    now: Now = field(default_factory=lambda: LocalTime().now)
    open_services: OpenServices = open_services
    open_provider: OpenProvider = open_provider
    open_core: OpenCore = open_core
    set_up_log: Callable[..., None] = set_up_log

    def settings(self) -> Settings:
        return load(self.settings_file, self.environment)

    def open_alone(self, settings: Settings, name: str) -> Provider:
        """Open a provider away from a server, where nobody is told what it reports."""
        where = surroundings(settings, ProviderName(name), self.now, _hear_nothing)
        return self.open_provider(settings.providers[name], where)

    def core_alone(self, settings: Settings, name: str) -> BankingCore:
        """Open a banking core away from a server."""
        # What it tells the log of how it feels is what the command is about to say itself.
        self.set_up_log(level=logging.ERROR, is_terminal=True)
        return self.open_core(settings.cores[name], CoreName(name), self.now)

    def keyring(self, settings: Settings) -> Keyring:
        if ENVIRONMENT in self.environment:
            return KeyringEnvironment(self.environment).load()
        return KeyringFile(Path(settings.keyring.path)).load()

    def real_keyring(self, settings: Settings) -> Keyring:
        """Give the keyring, if it may protect what is real."""
        keyring = self.keyring(settings)
        if keyring.is_throwaway:
            raise ThrowawayKeyring
        return keyring

    def keyring_path(self, settings: Settings) -> Path:
        """Give where the keyring may be changed."""
        if ENVIRONMENT in self.environment:
            raise KeyringElsewhere
        return Path(settings.keyring.path)

    @asynccontextmanager
    async def services(self, keyring: Keyring | None = None) -> AsyncIterator[Services]:
        """Open everything for one command."""
        # A command speaks for itself. What services tell the log is for servers.
        self.set_up_log(level=logging.WARNING, is_terminal=True)
        settings = self.settings()
        async with self.opened(settings, keyring or self.keyring(settings)) as services:
            yield services

    @asynccontextmanager
    async def opened(self, settings: Settings, keyring: Keyring) -> AsyncIterator[Services]:
        """Open everything, if the database has the newest schema."""
        await steps.check(settings.database.url)
        async with self.open_services(settings, keyring) as services:
            yield services

    @property
    def actor(self) -> str:
        """Who we are in the audit."""
        return Noun.OPERATOR.of(self.user)

    def acting_for(self, organisation: Organisation) -> Operator:
        return Operator(name=self.user, organisation=organisation)


async def find_organisation(services: Services, slug: str) -> Organisation:
    try:
        return await services.organisations.find(slug)
    except NotFound:
        raise NoSuchOrganisation(slug) from None


async def _hear_nothing(_: Sequence[Report]) -> None:
    """A trial is over before anybody reports on it."""
