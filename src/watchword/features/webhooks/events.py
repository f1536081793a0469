"""What a webhook tells: the kinds of events, and what each may say.

A body is thin: ids, short words and a masked address. For more, receivers ask the API, with a key.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import NewType, TypeAlias
from uuid import UUID

import msgspec

from watchword.foundation.errors import WatchwordError

EventId = NewType("EventId", UUID)

BYTES_AT_MOST = 20_000
MASK = "•"
ADDRESS = re.compile(r"\+[0-9 ]{6,}|.*@.*", re.DOTALL)
"""A number that is longer than a dial code, or an e-mail address."""

Said: TypeAlias = str | int | bool | None


class EventKind(StrEnum):
    """Everything that is told. The manual says of each when it comes."""

    CHALLENGE_OPENED = "challenge.opened"
    """A challenge was opened, and its first message is in the outbox."""
    CHALLENGE_SENT = "challenge.sent"
    """A provider took a message."""
    CHALLENGE_DELIVERED = "challenge.delivered"
    """A receipt says that a message arrived."""
    CHALLENGE_READ = "challenge.read"
    """A receipt says that a message was read."""
    CHALLENGE_UNDELIVERED = "challenge.undelivered"
    """A message will not arrive."""
    CHALLENGE_STEPPED = "challenge.stepped"
    """The next step of a plan began."""
    CHALLENGE_VERIFIED = "challenge.verified"
    """The right code came back."""
    CHALLENGE_ANSWERED_WRONG = "challenge.answered_wrong"
    """A wrong code came, and the challenge goes on; `attempts_left` says how many more may."""
    CHALLENGE_EXHAUSTED = "challenge.exhausted"
    """All attempts are used up."""
    CHALLENGE_EXPIRED = "challenge.expired"
    """Its time is over."""
    CHALLENGE_CANCELLED = "challenge.cancelled"
    """The application ended it, or the letter with its code came back."""
    CHALLENGE_SUPERSEDED = "challenge.superseded"
    """A newer one took its place."""
    CHALLENGE_DENIED = "challenge.denied"
    """Who got the code said: that was not me."""
    BLOCK_BEGAN = "block.began"
    """A rule against abuse stands in the way of messages until `expires_at`."""
    ORGANISATION_SPRAYED = "organisation.sprayed"
    """Somebody tries codes on many; codes for strangers are longer until `expires_at`."""
    TELEPHONE_LINE_SPRAYED = "telephone_line.sprayed"
    """So much goes wrong on the telephone that callers are handed to a person until `expires_at`,
    or longer if it goes on."""
    CONTACT_BOUNCED = "contact.bounced"
    """Mail to an address came back."""
    CONSENT_GIVEN = "consent.given"
    """Somebody agrees to advertising by one way; `source` says how we know."""
    CONSENT_WITHDRAWN = "consent.withdrawn"
    """They do not agree any more."""
    CARD_VERIFIED = "card.verified"
    """Somebody has shown that a card is theirs, or a surer way of it; `method` says how."""
    CARD_UNVERIFIED = "card.unverified"
    """What was shown does not count any more; `because` says why."""
    POINTS_EARNED = "points.earned"
    """A purchase gave points."""
    POINTS_ADJUSTED = "points.adjusted"
    """Staff, or a program, gave points or took them; `points` is below 0 if they were taken."""
    POINTS_MERGED = "points.merged"
    """Two accounts became one: all that one had is in `into_account_id` now."""
    REDEMPTION_RESERVED = "redemption.reserved"
    """Points are put by for a sale."""
    REDEMPTION_COMMITTED = "redemption.committed"
    """They are spent."""
    REDEMPTION_RELEASED = "redemption.released"
    """The sale was abandoned, or its time ran out: the customer has the points again."""
    REDEMPTION_REVERSED = "redemption.reversed"
    """Some or all of what was spent was given back; `reversed` says how much in all."""
    OVERRIDE_USED = "override.used"
    """Somebody was let through without a code; `kind` says how."""
    OVERRIDE_REFUSED = "override.refused"
    """A master PIN was right, and a cap stood in its way; `because` says which."""
    OVERRIDE_DISPUTED = "override.disputed"
    """The customer says not to have been there."""
    MASTER_PIN_ASTRAY = "master_pin.astray"
    """Somebody typed a master PIN where a code of a customer belongs."""
    VOUCHER_TAKEN = "voucher.taken"
    """A customer takes a voucher along, for a till without a line: its points are put by."""
    VOUCHER_RELEASED = "voucher.released"
    """Nobody settled it in time: the customer has the points again."""
    VOUCHER_LOST = "voucher.lost"
    """A till handed something out for which no points move; `verdict` says why."""
    LEDGER_SIGNED = "ledger.signed"
    """A checkpoint of the ledger was signed; whoever keeps it can tell if the ledger is changed."""
    ENDPOINT_DISABLED = "endpoint.disabled"
    """Another endpoint of the organisation gets nothing any more."""
    WEBHOOK_TEST = "webhook.test"
    """Somebody tries an endpoint; it comes whatever kinds were chosen."""


_CHALLENGE = frozenset(
    {"challenge_id", "purpose", "channel", "reference", "status", "attempts_left"}
)
_MESSAGE = _CHALLENGE | {"provider", "reason"}
_CONSENT = frozenset({"consent_id", "contact_id", "scope", "source"})
_CARD = frozenset({"card_id", "customer_id", "state", "method", "assurance", "because"})
_POINTS = frozenset({"account_id", "transfer_id", "points"})
_REDEMPTION = frozenset(
    {
        *("redemption_id", "session_id", "customer_id", "account_id", "reward_id", "location_id"),
        *("state", "points", "value", "currency", "way", "order_id", "reversed"),
    }
)
_OVERRIDE = frozenset(
    {
        *("use_id", "kind", "session_id", "redemption_id", "reward_id", "customer_id"),
        *("location_id", "terminal_id", "staff", "value", "currency"),
    }
)
_VOUCHER = frozenset(
    {
        *("voucher_id", "customer_id", "account_id", "reward_id", "location_id", "state"),
        *("points", "value", "currency"),
    }
)
FIELDS: Mapping[EventKind, frozenset[str]] = {
    **{kind: _CHALLENGE for kind in EventKind if kind.startswith("challenge.")},
    EventKind.CHALLENGE_OPENED: _CHALLENGE | {"to"},
    EventKind.CHALLENGE_SENT: _MESSAGE,
    EventKind.CHALLENGE_DELIVERED: _MESSAGE,
    EventKind.CHALLENGE_READ: _MESSAGE,
    EventKind.CHALLENGE_UNDELIVERED: _MESSAGE,
    EventKind.CHALLENGE_STEPPED: _CHALLENGE | {"step"},
    EventKind.BLOCK_BEGAN: frozenset({"block_id", "rule", "subject", "expires_at"}),
    EventKind.ORGANISATION_SPRAYED: frozenset({"block_id", "expires_at"}),
    EventKind.TELEPHONE_LINE_SPRAYED: frozenset({"expires_at"}),
    EventKind.CONTACT_BOUNCED: frozenset({"contact_id", "challenge_id", "channel", "reason"}),
    EventKind.CONSENT_GIVEN: _CONSENT,
    EventKind.CONSENT_WITHDRAWN: _CONSENT,
    EventKind.CARD_VERIFIED: _CARD,
    EventKind.CARD_UNVERIFIED: _CARD,
    EventKind.POINTS_EARNED: _POINTS | {"order_id", "location_id"},
    EventKind.POINTS_ADJUSTED: _POINTS,
    EventKind.POINTS_MERGED: _POINTS | {"into_account_id"},
    EventKind.REDEMPTION_RESERVED: _REDEMPTION,
    EventKind.REDEMPTION_COMMITTED: _REDEMPTION,
    EventKind.REDEMPTION_RELEASED: _REDEMPTION,
    EventKind.REDEMPTION_REVERSED: _REDEMPTION,
    EventKind.OVERRIDE_USED: _OVERRIDE,
    EventKind.OVERRIDE_REFUSED: _OVERRIDE | {"because"},
    EventKind.OVERRIDE_DISPUTED: _OVERRIDE,
    EventKind.MASTER_PIN_ASTRAY: frozenset({"about", "purpose"}),
    EventKind.VOUCHER_TAKEN: _VOUCHER,
    EventKind.VOUCHER_RELEASED: _VOUCHER,
    EventKind.VOUCHER_LOST: frozenset(
        {"use_id", "voucher_id", "verdict", "terminal_id", "other_terminal_id", "location_id"}
        | {"loss", "currency"}
    ),
    EventKind.LEDGER_SIGNED: frozenset({"size", "checkpoint"}),
    EventKind.ENDPOINT_DISABLED: frozenset({"endpoint_id", "reason"}),
    EventKind.WEBHOOK_TEST: frozenset({"endpoint_id"}),
}
"""What an event may say. Whatever has no place here is not told."""


class TellsTooMuch(WatchwordError):
    """An event says what it must not, or too much of it. This is a mistake of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened. `about`: the id of what it is about; `to` in `data` is masked."""

    kind: EventKind
    id: EventId
    at: datetime
    about: str
    data: Mapping[str, Said] = field(repr=False)


def body_of(event: Event) -> bytes:
    """Write an event as it is sent. Raise `TellsTooMuch` for one that must not be."""
    if strange := event.data.keys() - FIELDS[event.kind]:
        raise TellsTooMuch(f"{event.kind} has no {', '.join(sorted(strange))}.")
    if any(map(_is_open, (event.data.get("to"), event.data.get("subject")))):
        raise TellsTooMuch(f"An address in {event.kind} is not masked.")
    stamp = event.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    body = msgspec.json.encode({"type": event.kind, "timestamp": stamp, "data": event.data})
    if len(body) > BYTES_AT_MOST:
        raise TellsTooMuch(f"{event.kind} is longer than {BYTES_AT_MOST} bytes.")
    return body


def _is_open(said: Said) -> bool:
    return isinstance(said, str) and MASK not in said and ADDRESS.fullmatch(said) is not None
