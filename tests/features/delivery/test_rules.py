"""What becomes of a message after an attempt."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.stores import BANK
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import (
    ATTEMPTS_AT_MOST,
    FIRST_PAUSE,
    LONGEST_PAUSE,
    Accepted,
    MessageId,
    Next,
    ProviderName,
    Queued,
    Refused,
    SendOutcome,
    State,
    Unavailable,
    Uncertain,
    after,
    lapsed,
    pause,
    settle,
)
from watchword.features.templates.rules import TemplateName

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
ONE, TWO, THREE = ProviderName("one"), ProviderName("two"), ProviderName("three")
WAYS = [ONE, TWO, THREE]
MIDDLE = 0.5  # the chance that neither shortens nor lengthens a pause


def message(
    *, provider: ProviderName = ONE, attempts: int = 1, not_after: datetime = NOON + 10 * MINUTE
) -> Queued:
    return Queued(
        id=MessageId(UUID(int=7)),
        organisation_id=BANK,
        channel=Channel.SMS,
        provider=provider,
        template=TemplateName.CODE,
        locale="de",
        sealed=b"sealed",
        about="challenge",
        attempts=attempts,
        not_after=not_after,
    )


def settled(
    outcome: SendOutcome,
    queued: Queued | None = None,
    *,
    knows_repeats: bool = False,
    ways: list[ProviderName] | None = None,
    chance: float = MIDDLE,
) -> Next:
    return settle(
        queued or message(),
        outcome,
        knows_repeats=knows_repeats,
        ways=[ONE] if ways is None else ways,
        chance=chance,
        now=NOON,
    )


class TestAMessage:
    def test_that_was_accepted_is_sent(self) -> None:
        assert settled(Accepted("gw-1")) == Next(
            state=State.SENT, provider=ONE, due_at=NOON, reference="gw-1", may_have_left=True
        )

    def test_that_was_refused_is_not_tried_again_anywhere(self) -> None:
        assert settled(Refused("HTTP 400"), ways=WAYS) == Next(
            state=State.REFUSED, provider=ONE, due_at=NOON, reason="HTTP 400"
        )

    def test_that_could_not_be_taken_is_tried_again_by_the_only_provider_after_a_pause(
        self,
    ) -> None:
        assert settled(Unavailable("HTTP 503")) == Next(
            state=State.QUEUED, provider=ONE, due_at=NOON + SECOND, reason="HTTP 503"
        )

    def test_that_could_not_be_taken_moves_on_to_the_next_provider(self) -> None:
        providers = [
            settled(Unavailable("x"), message(provider=p), ways=WAYS).provider for p in WAYS
        ]

        assert providers == [TWO, THREE, ONE]

    def test_is_not_tried_again_before_the_provider_says(self) -> None:
        outcome = Unavailable("HTTP 429", retry_after=MINUTE)

        assert settled(outcome).due_at == NOON + MINUTE
        assert settled(outcome, ways=[ONE, TWO]).due_at == NOON + SECOND  # it spoke for itself

    def test_that_may_have_been_taken_is_not_sent_again_by_who_would_not_notice(self) -> None:
        assert settled(Uncertain("timeout"), ways=WAYS) == Next(
            state=State.UNKNOWN, provider=ONE, due_at=NOON, reason="timeout", may_have_left=True
        )

    def test_that_may_have_been_taken_is_sent_again_by_the_same_one_if_it_notices(self) -> None:
        assert settled(Uncertain("timeout"), knows_repeats=True, ways=WAYS) == Next(
            state=State.QUEUED,
            provider=ONE,
            due_at=NOON + SECOND,
            reason="timeout",
            may_have_left=True,
        )

    @pytest.mark.parametrize(
        ("ends_in", "state"), [(SECOND, State.EXPIRED), (SECOND + MINUTE, State.QUEUED)]
    )
    def test_is_given_up_when_its_time_would_be_over(
        self, ends_in: timedelta, state: State
    ) -> None:
        queued = message(not_after=NOON + ends_in)

        assert settled(Unavailable("x"), queued).state is state
        assert settled(Uncertain("x"), queued, knows_repeats=True).state is state

    def test_is_given_up_after_twenty_attempts(self) -> None:
        outcome = Unavailable("x")
        late = NOON + 100 * MINUTE

        assert settled(outcome, message(attempts=19, not_after=late)).state is State.QUEUED
        assert settled(outcome, message(attempts=20, not_after=late)).state is State.GIVEN_UP

    def test_of_a_lane_that_is_not_among_the_ways_stays_there(self) -> None:
        sandbox = ProviderName("sandbox")

        assert settled(Unavailable("x"), message(provider=sandbox), ways=WAYS).provider == sandbox


outcomes = some.one_of(
    some.builds(Accepted, some.none() | some.text()),
    some.builds(Refused, some.text()),
    some.builds(
        Unavailable, some.text(), some.none() | some.timedeltas(timedelta(), timedelta(days=1))
    ),
    some.builds(Uncertain, some.text()),
)
queued_messages = some.builds(
    message,
    provider=some.sampled_from([*WAYS, ProviderName("sandbox")]),
    attempts=some.integers(1, 25),
    not_after=some.timedeltas(-MINUTE, timedelta(days=2)).map(lambda life: NOON + life),
)
some_ways = some.permutations(WAYS).flatmap(
    lambda ways: some.integers(0, 3).map(lambda count: ways[:count])
)
chances = some.floats(0, 1, exclude_max=True)


@given(queued_messages, outcomes, some.booleans(), some_ways, chances)
def test_whatever_happens_a_message_waits_for_a_later_moment_within_its_time_or_is_over(
    queued: Queued,
    outcome: SendOutcome,
    knows_repeats: bool,  # noqa: FBT001 - it is drawn
    ways: list[ProviderName],
    chance: float,
) -> None:
    following = settled(outcome, queued, knows_repeats=knows_repeats, ways=ways, chance=chance)

    if following.state is State.QUEUED:
        assert NOON < following.due_at < queued.not_after
        assert queued.attempts < ATTEMPTS_AT_MOST
        assert isinstance(outcome, Unavailable) or (
            isinstance(outcome, Uncertain) and knows_repeats
        )
    else:
        assert following.state not in {State.SENDING, State.CANCELLED}
        assert following.due_at == NOON
    if queued.provider not in ways or isinstance(outcome, Uncertain):
        assert following.provider == queued.provider


class TestAPause:
    @pytest.mark.parametrize(
        ("attempts", "seconds"),
        [(0, 1), (1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (20, 60), (10_000, 60)],
    )
    def test_is_twice_as_long_each_time_and_never_more_than_a_minute(
        self, attempts: int, seconds: int
    ) -> None:
        assert pause(attempts, MIDDLE) == seconds * SECOND

    @given(some.integers(0, 10_000), chances)
    def test_is_half_as_long_or_half_as_long_again_by_chance(
        self, attempts: int, chance: float
    ) -> None:
        assert FIRST_PAUSE / 2 <= pause(attempts, chance) <= LONGEST_PAUSE * 1.5
        assert pause(attempts, 0) == pause(attempts, MIDDLE) / 2


class TestTheProviderAfter:
    @given(some_ways.filter(bool))
    def test_each_one_comes_round_to_the_first(self, ways: list[ProviderName]) -> None:
        here, seen = ways[0], []
        for _ in ways:
            seen.append(here)
            here = after(here, ways)

        assert seen == ways
        assert here == ways[0]

    @pytest.mark.parametrize("ways", [[], [ONE], [TWO, THREE]])
    def test_one_that_has_no_other_is_itself(self, ways: list[ProviderName]) -> None:
        assert after(ONE, ways) == ONE


class TestAMessageWhoseWorkerDoesNotComeBack:
    def test_is_sent_again_if_the_provider_notices(self) -> None:
        assert lapsed(message(), knows_repeats=True, now=NOON) == Next(
            state=State.QUEUED, provider=ONE, due_at=NOON, reason="lapsed", may_have_left=True
        )

    def test_is_unknown_if_it_would_not_notice(self) -> None:
        assert lapsed(message(), knows_repeats=False, now=NOON).state is State.UNKNOWN

    def test_is_unknown_if_its_time_is_over(self) -> None:
        queued = message(not_after=NOON)

        assert lapsed(queued, knows_repeats=True, now=NOON).state is State.UNKNOWN
