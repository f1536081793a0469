"""How banking cores are opened: each kind of settings by the class that it is for."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import assert_never

from watchword.features.cores.ports import BankingCore
from watchword.features.cores.rules import OWN, CoreName, CoreTraits
from watchword.features.organisations.rules import Organisation
from watchword.foundation.storage import Now
from watchword.providers.cores.demo.core import DemoCore
from watchword.providers.cores.demo.settings import DemoSettings
from watchword.providers.cores.own import TRAITS
from watchword.providers.cores.rest.core import RestCore
from watchword.providers.cores.rest.settings import RestSettings
from watchword.providers.cores.sql.settings import SqlSettings
from watchword.providers.cores.symxchange.core import SymxchangeCore
from watchword.providers.cores.symxchange.settings import SymxchangeSettings
from watchword.settings import CoreSettings, Settings

SQL = "watchword.providers.cores.sql.core"
"""Loaded only where there is such a core: beside migrations, nothing else needs SQLAlchemy."""


@dataclass(frozen=True, slots=True)
class HouseCores:
    """Fills `Cores`: those that the operator has named, and for whoever has none, ourselves."""

    named: Mapping[CoreName, BankingCore]
    whose: Mapping[CoreName, Collection[str]]
    """The short names of the organisations that have each."""
    own: Callable[[Organisation], BankingCore]

    def of(self, organisation: Organisation, name: CoreName) -> BankingCore | None:
        if name == OWN:
            return self.own(organisation)
        return self.named.get(name) if self.is_of(organisation, name) else None

    def is_of(self, organisation: Organisation, name: CoreName) -> bool:
        """Say whether an organisation has a core; ourselves everybody has."""
        return name == OWN or organisation.slug in self.whose.get(name, ())

    def names(self, organisation: Organisation) -> Sequence[CoreName]:
        """Give what an organisation can choose from."""
        return [*(name for name in sorted(self.named) if self.is_of(organisation, name)), OWN]

    def traits_of(self, name: CoreName) -> CoreTraits | None:
        if name == OWN:
            return TRAITS
        core = self.named.get(name)
        return None if core is None else core.traits


def open_cores(settings: Settings, now: Now) -> Mapping[CoreName, BankingCore]:
    """Open all cores that the settings name. They connect to nobody yet."""
    names = {CoreName(written): chosen for written, chosen in settings.cores.items()}
    return {name: open_core(chosen, name, now) for name, chosen in names.items()}


def open_core(settings: CoreSettings, name: CoreName, now: Now) -> BankingCore:
    match settings:
        case DemoSettings():
            return DemoCore(settings, now)
        case SqlSettings():
            core: BankingCore = import_module(SQL).SqlCore(settings, name, now)
            return core
        case SymxchangeSettings():
            return SymxchangeCore(settings, name, now)
        case RestSettings():
            return RestCore(settings, name, now)
        case _:
            assert_never(settings)
