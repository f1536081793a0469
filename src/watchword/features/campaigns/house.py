"""What campaigns stand on that is the same for all organisations."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from watchword.features.delivery.routes import Routes
from watchword.features.delivery.rules import ProviderName
from watchword.features.prices.rules import PriceList


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """`paces`: how many messages in a second providers are given that have a bound."""

    routes: Routes
    prices: PriceList | None
    public_url: str
    paces: Mapping[ProviderName, float] = field(default_factory=dict)
