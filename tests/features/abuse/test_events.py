"""What webhooks tell of blocks."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from tests.features.abuse.starts import NOON, PUMPED, a_start, numbered
from watchword.features.abuse.events import event_of
from watchword.features.abuse.judging import Gauge, Trips
from watchword.features.abuse.rules import Block, BlockId, RuleName
from watchword.features.abuse.rulesets import Ruleset
from watchword.features.abuse.words import REASONS, Ground, block_of, block_of_spray
from watchword.features.webhooks.events import EventId, EventKind, body_of
from watchword.foundation.ids import new_id

ID = BlockId(UUID(int=7))
HOUR = timedelta(hours=1)


def began(rule: RuleName, number: str = numbered(PUMPED, 1)) -> Block:
    gauge = Gauge(f"{rule}:x:3600", f"{rule}:x", 3600, 1, ())
    trip = Trips(gauge, rule, NOON + HOUR, spares_known=True)
    start = replace(a_start(number), requester="12345678" * 4)
    return block_of(trip, ID, start, Ground(Ruleset(), "DE"), NOON)


def told(block: Block) -> tuple[EventKind, dict[str, str]]:
    event = event_of(block, EventId(new_id()))
    return event.kind, msgspec.json.decode(body_of(event))["data"]


def test_a_block_is_told_with_its_rule_what_it_stands_on_and_its_end() -> None:
    assert told(began(RuleName.PREFIX)) == (
        EventKind.BLOCK_BEGAN,
        {
            "block_id": str(ID),
            "rule": "prefix",
            "subject": "+49 1701•••xxxx",
            "expires_at": "2030-01-01T13:00:00Z",
        },
    )


def test_codes_that_are_longer_are_told_with_until_when() -> None:
    assert told(block_of_spray(ID, Ruleset(), NOON)) == (
        EventKind.ORGANISATION_SPRAYED,
        {"block_id": str(ID), "expires_at": "2030-01-01T12:15:00Z"},
    )


@pytest.mark.parametrize("rule", sorted(REASONS.keys() - {RuleName.SPRAY}))
@pytest.mark.parametrize(
    ("number", "secret"), [("+436641234567", "41234567"), ("ann@example.org", "ann")]
)
def test_no_block_tells_whom_it_is_about(rule: RuleName, number: str, secret: str) -> None:
    _, said = told(began(rule, number))

    assert secret not in str(said)
