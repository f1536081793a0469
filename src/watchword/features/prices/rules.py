"""What a message costs: a list of prices, and the worst that one message may come to.

Money is counted in whole micros, millionths of one currency, so that sums are exact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import ProviderName

MICROS = 1_000_000
EVERYWHERE_ELSE = "*"


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """So many micros of a currency (ISO 4217)."""

    micros: int
    currency: str

    def __str__(self) -> str:
        return f"{Decimal(self.micros) / MICROS:.4f} {self.currency}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What one message by a channel costs, or one segment of it.

    `where` is a country (ISO 3166-1), the start of a number (`+4917`), or `*`. Without a
    provider it is what any of them asks who has no price of its own.
    """

    channel: Channel
    provider: ProviderName | None
    where: str
    micros: int


@dataclass(frozen=True, slots=True)
class PriceList:
    """All prices, in one currency."""

    currency: str
    prices: Sequence[Price] = field(repr=False)
    _found: Mapping[tuple[Channel, ProviderName | None, str], int] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        found = {(each.channel, each.provider, each.where): each.micros for each in self.prices}
        object.__setattr__(self, "_found", found)

    def worst(
        self,
        channel: Channel,
        providers: Sequence[ProviderName],
        *,
        country: str | None,
        e164: str | None,
    ) -> Money | None:
        """Give the most that a message may cost, whoever of these carries it.

        Nothing, if the price of one of them is missing.
        """
        asked = [self._price(channel, provider, country, e164) for provider in providers]
        known = [micros for micros in asked if micros is not None]
        if not known or len(known) < len(asked):
            return None
        return Money(max(known), self.currency)

    def _price(
        self, channel: Channel, provider: ProviderName, country: str | None, e164: str | None
    ) -> int | None:
        """Look for the price of the provider itself first, and for the nearest place first."""
        places = [e164[:length] for length in range(len(e164), 1, -1)] if e164 else []
        places += [place for place in (country, EVERYWHERE_ELSE) if place]
        for who in (provider, None):
            for place in places:
                micros = self._found.get((channel, who, place))
                if micros is not None:
                    return micros
        return None
