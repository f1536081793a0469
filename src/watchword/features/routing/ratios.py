"""The choice between equal providers: whose codes come back.

A receipt is what a carrier claims; a code that was typed is what a customer has seen. So equal
providers are ranked by the share of codes typed back, for numbers that begin alike. Now and then
another one goes first all the same, or nobody would ever learn that it has become better.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from watchword.features.delivery.rules import ProviderName

EXPLORED = 0.1
"""The share of codes whose first provider is drawn by lot, so that all figures stay true."""

REMEMBERED = timedelta(days=7)
ENOUGH = 20
"""Below so many codes the figures of one prefix tell nothing, and those of all numbers do."""


@dataclass(frozen=True, slots=True)
class Figure:
    """How many codes went out by a provider, and how many of them were typed back."""

    sent: int = 0
    verified: int = 0

    def __add__(self, other: "Figure") -> "Figure":
        return Figure(self.sent + other.sent, self.verified + other.verified)


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one channel: those of numbers that begin like this one, and all."""

    alike: Mapping[ProviderName, Figure]
    everywhere: Mapping[ProviderName, Figure]


NO_FIGURES = Figures({}, {})


def share(provider: ProviderName, figures: Figures) -> float:
    """Estimate how likely a code sent by a provider is to come back.

    One code more that came back and one that did not are added in thought (Laplace's rule), so
    that two of two is no reason to believe in all of them.
    """
    alike = figures.alike.get(provider, Figure())
    figure = alike if alike.sent >= ENOUGH else figures.everywhere.get(provider, Figure())
    return (figure.verified + 1) / (figure.sent + 2)


def rank(
    ways: Sequence[ProviderName], figures: Figures, chance: float, explored: float = EXPLORED
) -> list[ProviderName]:
    """Order equal providers, the best first. `chance`: a random number from 0 up to 1.

    Of providers that are as good as each other, each goes first as often as any other.
    """
    if not ways:
        return []
    # One number says whether to explore, and whom: within each of the two parts it is again as
    # likely to be anywhere.
    explores = chance < explored
    part = chance / explored if explores else (chance - explored) / (1 - explored)
    start = int(part * len(ways))
    turned = [*ways[start:], *ways[:start]]
    best_first = sorted(turned, key=lambda way: -share(way, figures))
    if not explores:
        return best_first
    return [turned[0], *(way for way in best_first if way != turned[0])]
