"""What moving would do, before it is done: pages say it in words."""

from collections.abc import Iterator
from enum import StrEnum

from watchword.features.crossings.rules import WHOLE, Crossing, Move, WithoutThem


class Stage(StrEnum):
    """How far an organisation is, in one word."""

    NOT_BEGUN = "not_begun"
    SHADOW = "shadow"
    """Nothing is ours, and all is compared."""
    UNDER_WAY = "under_way"
    ALL_OURS = "all_ours"
    """All that is new is ours. Only what was begun at the original is still over there."""


class Effect(StrEnum):
    BEGINS = "begins"
    """Calls go to the original from then on, whoever answered them until now."""
    MORE = "more"
    LESS = "less"
    ALL = "all"
    MAY_BE_TWO = "may_be_two"
    """After a line that broke, somebody may have a code of each side."""


def stage_of(crossing: Crossing | None) -> Stage:
    if crossing is None:
        return Stage.NOT_BEGUN
    if crossing.share >= WHOLE:
        return Stage.ALL_OURS
    return Stage.UNDER_WAY if crossing.share or crossing.countries else Stage.SHADOW


def effects(before: Crossing | None, move: Move) -> Iterator[Effect]:
    """Say what becomes of codes that are asked for after a move."""
    share, countries = (0, frozenset()) if before is None else (before.share, before.countries)
    if before is None:
        yield Effect.BEGINS
    if move.share >= WHOLE:
        yield Effect.ALL
    elif move.share > share or move.countries - countries:
        yield Effect.MORE
    if move.share < share or (countries - move.countries and move.share < WHOLE):
        yield Effect.LESS
    if move.without_them is WithoutThem.SERVE:
        yield Effect.MAY_BE_TWO
