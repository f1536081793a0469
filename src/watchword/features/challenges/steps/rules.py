"""What the plan of a challenge asks for, as its messages have fared so far."""

from collections.abc import Collection, Sequence
from datetime import datetime

from watchword.features.challenges.rules import Challenge, Status, status_at
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import Sending
from watchword.features.routing.rules import Look, NothingToDo, look


def outlook(
    challenge: Challenge, sendings: Sequence[Sending], reporting: Collection[str], now: datetime
) -> Look:
    """Decide what the plan of a challenge asks for now.

    `reporting`: the providers that say whether a message arrived.
    """
    if challenge.next_step_at is None or status_at(challenge, now) is not Status.PENDING:
        return NothingToDo()
    # Who asks once more has not seen what came before, or it carries another code.
    since = challenge.route.set_out_at
    is_mail = challenge.channel is Channel.EMAIL
    recent = [
        each
        for each in sendings
        if (since is None or each.created_at >= since)
        and is_mail is (each.channel is Channel.EMAIL)  # a copy says nothing of the telephone
    ]
    return look(recent, challenge.next_step_at, reporting, now)
