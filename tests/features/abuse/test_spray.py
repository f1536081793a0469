"""When wrong answers are no honest mistakes any more: row THR-03 of the design."""

from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as some

from watchword.features.abuse.rules import StepUp
from watchword.features.abuse.rulesets import Spray
from watchword.features.abuse.spray import (
    SHARDS,
    Answers,
    is_sprayed,
    kind_of,
    shard_of,
    step_up_of,
)
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import ContactKind

RULE = Spray()


def first_alarm(answers: list[bool]) -> int | None:
    """Give after how many wrong answers it is called a spray."""
    right = wrong = 0
    for is_right in answers:
        right, wrong = right + is_right, wrong + (not is_right)
        if is_sprayed(RULE, Answers(wrong=wrong, right=right)):
            return wrong
    return None


@given(some.integers(0, 9900), some.integers(0, 50), some.integers(1, 10))
def test_honest_people_never_raise_it_if_no_more_than_half_are_new(
    honest: int, new: int, share: int
) -> None:
    wrong = honest * share // 100
    fresh = (honest - wrong) * new // 100

    answers = Answers(wrong=wrong, right=honest - wrong - fresh, fresh=fresh)

    assert not is_sprayed(RULE, answers)


@given(some.integers(0, 4000), some.integers(1, 10))
def test_honest_people_never_raise_it_in_a_shop_that_has_just_opened(
    honest: int, share: int
) -> None:
    wrong = honest * share // 100

    assert not is_sprayed(RULE, Answers(wrong=wrong, fresh=honest - wrong))


@given(some.integers(0, 3000), some.integers(0, 10**6))
def test_new_contact_points_dilute_it_by_half_at_most_or_to_less_than_500_guesses(
    right: int, fresh: int
) -> None:
    """A domain that catches all mail is as many contact points as anybody likes."""
    limit = max(RULE.least, 0.3 / 0.7 * right) + 1
    wrong = int(min(max(2 * limit, 0.3 / 0.7 * (right + RULE.absolute) + 1), RULE.absolute)) + 1

    assert is_sprayed(RULE, Answers(wrong=wrong, right=right, fresh=fresh))
    if right == 0:
        assert is_sprayed(RULE, Answers(wrong=500, fresh=fresh))


@given(some.integers(0, 10**6), some.integers(0, 10**6))
def test_so_many_wrong_answers_raise_it_whatever_is_right(right: int, fresh: int) -> None:
    assert is_sprayed(RULE, Answers(wrong=RULE.absolute, right=right, fresh=fresh))


@given(some.integers(0, 2**32), some.floats(0.01, 0.10))
def test_honest_people_who_mistype_now_and_then_never_raise_it(seed: int, share: float) -> None:
    chance = Random(seed)  # noqa: S311 - a game

    assert first_alarm([chance.random() >= share for _ in range(5000)]) is None


@given(some.integers(0, 2**32), some.integers(0, 1000))
def test_twenty_thousand_guesses_raise_it_within_five_hundred_however_busy_it_is(
    seed: int, honest: int
) -> None:
    """One guess each from many addresses, and a thousand honest people in the same hour."""
    chance = Random(seed)  # noqa: S311 - a game
    answers = [False] * (20_000 - honest) + [chance.random() >= 0.01 for _ in range(honest)]
    chance.shuffle(answers)

    alarm = first_alarm(answers)

    assert alarm is not None
    assert alarm <= 500


@given(some.integers(0, 1000))
def test_few_wrong_answers_are_no_spray_even_if_no_right_one_is_among_them(right: int) -> None:
    assert not is_sprayed(RULE, Answers(wrong=RULE.least - 1))
    assert not is_sprayed(Spray(on=False), Answers(wrong=10_000, right=right))


def test_each_channel_leads_to_one_kind_of_contact_point() -> None:
    kinds = {channel: kind_of(channel) for channel in Channel}

    assert kinds[Channel.EMAIL] is ContactKind.EMAIL
    assert kinds[Channel.LETTER] is ContactKind.POST
    assert [*kinds.values()].count(ContactKind.PHONE) == 3


def test_codes_become_longer_and_attempts_fewer() -> None:
    assert step_up_of(RULE) == StepUp(code_length=8, attempts=3)


@given(some.uuids())
def test_answers_are_spread_over_a_few_rows(id: UUID) -> None:
    assert 0 <= shard_of(id) < SHARDS
