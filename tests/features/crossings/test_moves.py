"""What a move would do, said before it is done."""

from hypothesis import given
from hypothesis import strategies as some

from tests.stores import NOON
from watchword.features.crossings.moves import Effect, Stage, effects, stage_of
from watchword.features.crossings.rules import Crossing, Move, WithoutThem, move_of

places = some.frozensets(some.sampled_from(["AT", "DE", "FR"]))
shares = some.integers(0, 100)
silences = some.sampled_from(WithoutThem)
moves = some.builds(Move, share=shares, countries=places, without_them=silences)


def so(move: Move) -> Crossing:
    return Crossing(
        share=move.share,
        countries=move.countries,
        without_them=move.without_them,
        changed_at=NOON,
        changed_by="operator:ann",
    )


def test_how_far_one_is_has_a_word() -> None:
    refuse = WithoutThem.REFUSE
    nobody = Move(share=0, countries=frozenset(), without_them=refuse)
    some_places = Move(share=0, countries=frozenset({"AT"}), without_them=refuse)
    a_part = Move(share=1, countries=frozenset(), without_them=refuse)
    everybody = Move(share=100, countries=frozenset(), without_them=refuse)

    assert stage_of(None) is Stage.NOT_BEGUN
    assert stage_of(so(nobody)) is Stage.SHADOW
    assert {stage_of(so(some_places)), stage_of(so(a_part))} == {Stage.UNDER_WAY}
    assert stage_of(so(everybody)) is Stage.ALL_OURS


@given(moves, moves)
def test_a_move_says_more_where_anything_is_newly_here_and_less_where_it_goes_back(
    before: Move, after: Move
) -> None:
    said = {*effects(so(before), after)}
    here = Effect.ALL if after.share == 100 else Effect.MORE
    grows = after.share > before.share or bool(after.countries - before.countries)
    shrinks = after.share < before.share or bool(before.countries - after.countries)

    assert Effect.BEGINS not in said
    assert (here in said) == (grows or after.share == 100)
    assert (Effect.LESS in said) == (shrinks and after.share < 100)
    assert (Effect.MAY_BE_TWO in said) == (after.without_them is WithoutThem.SERVE)


@given(moves)
def test_whoever_begins_is_told_that_calls_go_to_the_original(after: Move) -> None:
    assert next(effects(None, after)) is Effect.BEGINS


@given(moves)
def test_a_move_is_what_comes_of_it(move: Move) -> None:
    assert move_of(so(move)) == move
