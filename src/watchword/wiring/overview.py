"""The parts by which people see what goes on: codes, figures, and the ways out."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from watchword.features.challenges.register.service import Register
from watchword.features.contacts.service import Contacts
from watchword.features.delivery.ports import Provider
from watchword.features.delivery.rests.service import Rests
from watchword.features.delivery.routes import Routes
from watchword.features.delivery.rules import ProviderName
from watchword.features.delivery.service import Outbox
from watchword.features.delivery.trials.service import Trials
from watchword.features.figures.counting.service import Counting
from watchword.features.figures.service import Figures
from watchword.features.figures.ways.rules import Carrier
from watchword.features.figures.ways.service import Ways
from watchword.features.prices.rules import PriceList
from watchword.foundation.storage import Storage
from watchword.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewServices:
    """All that doors may ask of what goes on; and who counts it."""

    register: Register
    figures: Figures
    counting: Counting
    ways: Ways
    rests: Rests
    trials: Trials


def overview_services(
    settings: Settings,
    storage: Storage,
    *,
    contacts: Contacts,
    outbox: Outbox,
    routes: Routes,
    prices: PriceList | None,
    providers: Callable[[], Mapping[ProviderName, Provider]],
    reporting: Callable[[], Collection[str]],
) -> OverviewServices:
    """`providers` are asked for when one is tried; `reporting` names those that give receipts."""
    rests = Rests(storage=storage)
    return OverviewServices(
        register=Register(storage=storage, contacts=contacts, outbox=outbox),
        figures=Figures(storage=storage),
        counting=Counting(storage=storage, currency=prices.currency if prices else None),
        ways=Ways(
            storage=storage,
            routes=routes,
            rests=rests,
            prices=prices,
            carriers=_carriers(settings),
            reporting=reporting,
        ),
        rests=rests,
        trials=Trials(storage=storage, contacts=contacts, routes=routes, providers=providers),
    )


def _carriers(settings: Settings) -> list[Carrier]:
    return [
        Carrier(
            name=ProviderName(name),
            kind=str(chosen.__struct_config__.tag or ""),
            channels=tuple(chosen.channels),
        )
        for name, chosen in sorted(settings.providers.items())
    ]
