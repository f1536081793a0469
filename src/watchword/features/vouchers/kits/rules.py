"""What a till needs to judge vouchers by itself: whose they are, where it is, how much it may."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from watchword.features.organisations.rules import LocationId
from watchword.features.organisations.settings.sections import Offline
from watchword.features.tills.terminals.rules import Terminal, TerminalId
from watchword.features.vouchers.tokens import VoucherKey
from watchword.foundation.ids import OrganisationId


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """`issued_at` is our clock, by which a till sets its own; at `ends_at` the kit is too old."""

    organisation_id: OrganisationId
    terminal_id: TerminalId
    location_id: LocationId
    issued_at: datetime
    ends_at: datetime
    count: int
    value: int
    keys: Sequence[VoucherKey]


def kit_of(terminal: Terminal, keys: Sequence[VoucherKey], bounds: Offline, now: datetime) -> Kit:
    return Kit(
        organisation_id=keys[0].organisation_id,
        terminal_id=terminal.id,
        location_id=terminal.location_id,
        issued_at=now,
        ends_at=now + timedelta(hours=bounds.kit_hours),
        count=bounds.vouchers_by_terminal,
        value=bounds.value_by_terminal,
        keys=keys,
    )
