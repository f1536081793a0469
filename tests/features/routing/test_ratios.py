"""The choice between equal providers: who goes first, and how often another one does."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as some

from watchword.features.delivery.rules import ProviderName
from watchword.features.routing.ratios import (
    ENOUGH,
    EXPLORED,
    NO_FIGURES,
    Figure,
    Figures,
    rank,
    share,
)

A, B, C = map(ProviderName, "abc")
WAYS = (A, B, C)
MANY = 3000
CHANCES = [(number + 0.5) / MANY for number in range(MANY)]  # evenly spread

counts = some.integers(0, 10_000)
chances = some.floats(0, 1, exclude_max=True)


@some.composite
def figure(draw: some.DrawFn) -> Figure:
    sent = draw(counts)
    return Figure(sent, draw(some.integers(0, sent)))


figures = some.builds(
    Figures,
    some.dictionaries(some.sampled_from(WAYS), figure()),
    some.dictionaries(some.sampled_from(WAYS), figure()),
)


def everywhere(**shares: int) -> Figures:
    """Give figures of a thousand codes each, so many of which came back."""
    return Figures({}, {ProviderName(name): Figure(1000, back) for name, back in shares.items()})


class TestRanking:
    @given(some.permutations(WAYS), figures, chances, some.floats(0, 1))
    def test_loses_nobody_and_doubles_nobody(
        self, ways: list[ProviderName], figures: Figures, chance: float, explored: float
    ) -> None:
        assert sorted(rank(ways, figures, chance, explored)) == sorted(ways)

    @given(figures, chances)
    def test_of_nobody_is_nobody_and_of_one_that_one(self, figures: Figures, chance: float) -> None:
        assert rank([], figures, chance) == []
        assert rank([B], figures, chance) == [B]

    def test_puts_the_better_one_first_for_all_that_is_not_explored(self) -> None:
        figures = everywhere(a=500, b=900, c=100)

        firsts = Counter(rank(WAYS, figures, chance)[0] for chance in CHANCES)

        assert firsts[B] >= MANY * (1 - EXPLORED)

    def test_explores_exactly_its_share_and_each_as_often_as_any_other(self) -> None:
        figures = everywhere(a=500, b=900, c=100)

        firsts = Counter(rank(WAYS, figures, chance)[0] for chance in CHANCES)

        each = MANY * EXPLORED / len(WAYS)
        assert firsts == {A: each, C: each, B: MANY - 2 * each}

    def test_leaves_the_others_in_their_order_when_one_is_tried_out(self) -> None:
        figures = everywhere(a=500, b=900, c=100)

        assert {tuple(rank(WAYS, figures, chance)) for chance in CHANCES} == {
            (B, A, C),
            (A, B, C),
            (C, B, A),
        }

    def test_of_those_that_are_as_good_as_each_other_lets_each_go_first_as_often(self) -> None:
        firsts = Counter(rank(WAYS, NO_FIGURES, chance)[0] for chance in CHANCES)

        assert {*firsts} == {*WAYS}
        assert max(firsts.values()) - min(firsts.values()) <= len(WAYS)

    def test_explores_nothing_and_everything_if_told_so(self) -> None:
        figures = everywhere(a=500, b=900, c=100)

        assert {rank(WAYS, figures, chance, 0)[0] for chance in CHANCES} == {B}
        firsts = Counter(rank(WAYS, figures, chance, 1)[0] for chance in CHANCES)
        assert firsts == dict.fromkeys(WAYS, MANY / 3)


class TestAShare:
    @given(figures)
    def test_is_never_certain(self, figures: Figures) -> None:
        assert all(0 < share(way, figures) < 1 for way in WAYS)

    def test_of_few_codes_is_no_reason_to_believe_in_all(self) -> None:
        figures = Figures({}, {A: Figure(2, 2), B: Figure(1000, 900)})

        assert share(A, figures) < share(B, figures)

    def test_is_that_of_numbers_alike_once_they_are_enough(self) -> None:
        alike, all_numbers = Figure(ENOUGH, ENOUGH), Figure(1000, 0)

        assert share(A, Figures({A: alike}, {A: all_numbers})) > 0.9

    def test_is_that_of_all_numbers_while_there_are_too_few_alike(self) -> None:
        alike, all_numbers = Figure(ENOUGH - 1, ENOUGH - 1), Figure(1000, 0)

        assert share(A, Figures({A: alike}, {A: all_numbers})) < 0.1


def test_figures_of_the_same_provider_add_up() -> None:
    assert Figure(3, 1) + Figure(4, 2) == Figure(7, 3)
