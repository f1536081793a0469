"""What happened to one challenge, in the order in which it happened."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from watchword.features.audit.rules import Action
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.rules import Challenge, ChallengeId, Status, status_at
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact
from watchword.features.delivery.rules import Sending
from watchword.features.prices.rules import Money
from watchword.features.routing.rules import Considered, Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What the audit says of a challenge: who did what, and when."""

    at: datetime
    action: Action
    actor: str
    details: Mapping[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One attempt, made or passed over. `lasted`: until the next one, or until it was over."""

    step: Considered
    sending: Sending | None
    lasted: timedelta | None
    price: Money | None

    @property
    def at(self) -> datetime:
        return self.step.at


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A challenge as staff read it. `to` is masked; there is nothing here of its code."""

    id: ChallengeId
    purpose: Purpose
    status: Status
    channel: Channel
    to: str
    locale: str
    reference: str | None = field(repr=False)
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    attempts_left: int
    code_length: int
    next_step_at: datetime | None
    chapters: Sequence[Chapter]
    noted: Sequence[Noted]

    @property
    def is_open(self) -> bool:
        return self.status is Status.PENDING

    @property
    def opened_by(self) -> str | None:
        return self._actor_of(Action.CHALLENGE_OPENED)

    @property
    def cancelled_by(self) -> str | None:
        return self._actor_of(Action.CHALLENGE_CANCELLED)

    @property
    def answers(self) -> Sequence[Noted]:
        return [each for each in self.noted if each.action is Action.CHALLENGE_ANSWERED]

    @property
    def cost(self) -> Sequence[Money]:
        """Give the most that all its messages can have cost, in each currency."""
        sums: dict[str, int] = {}
        for price in filter(None, (chapter.price for chapter in self.chapters)):
            sums[price.currency] = sums.get(price.currency, 0) + price.micros
        return [Money(micros, currency) for currency, micros in sums.items()]

    def _actor_of(self, action: Action) -> str | None:
        return next((each.actor for each in self.noted if each.action is action), None)


def tell(
    challenge: Challenge,
    contact: Contact,
    sendings: Sequence[Sending],
    noted: Sequence[Noted],
    now: datetime,
) -> Story:
    status = status_at(challenge, now)
    is_over = status is not Status.PENDING
    ended_at = challenge.ended_at or (challenge.expires_at if is_over else None)
    return Story(
        id=challenge.id,
        purpose=challenge.purpose,
        status=status,
        channel=challenge.channel,
        to=contact.masked,
        locale=challenge.locale,
        reference=challenge.reference,
        created_at=challenge.created_at,
        expires_at=challenge.expires_at,
        ended_at=ended_at,
        attempts_left=challenge.attempts_left,
        code_length=challenge.code_length,
        next_step_at=None if is_over else challenge.next_step_at,
        chapters=[*_chapters(challenge.route, sendings, ended_at)],
        noted=noted,
    )


def _chapters(
    route: Route, sendings: Sequence[Sending], ended_at: datetime | None
) -> Iterator[Chapter]:
    """Lay steps and messages side by side: each step that was taken put one into the outbox."""
    taken = [each.at for each in route.trace if each.was_taken]
    ends: Iterable[datetime | None] = [*taken[1:], ended_at]
    left, until = [*sendings], iter(ends)
    for step in route.trace:
        end = next(until, None) if step.was_taken else None
        yield Chapter(
            step=step,
            sending=left.pop(0) if step.was_taken and left else None,
            lasted=None if end is None else max(end - step.at, timedelta()),
            price=_price(step) if step.was_taken else None,
        )


def _price(step: Considered) -> Money | None:
    if step.price is None or step.currency is None:
        return None
    return Money(step.price, step.currency)
