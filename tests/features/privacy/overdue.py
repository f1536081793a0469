"""Something of every kind that is kept for a while, written straight into the tables."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from watchword.features.clients.rules import Client
from watchword.features.privacy.keeping import Periods
from watchword.features.privacy.mapping import Table, Term
from watchword.features.privacy.tables import DATA_MAP
from watchword.foundation.clock import to_microseconds
from watchword.foundation.ids import new_id
from watchword.foundation.storage import Transaction, Value
from watchword.migrations.schema import schema
from watchword.wiring import Services

DAY = 86_400_000_000
ROUTE = "[[],[],null]"
OVER: Mapping[str, Value] = {"status": "verified", "code_tag": b"", "sealed": None}
KINDS: tuple[tuple[str, Mapping[str, Value]], ...] = (
    ("challenges", {"status": "pending", "ended_at": None, "route": ROUTE, "next_step_at": None}),
    ("challenges", {**OVER, "route": ROUTE, "next_step_at": None}),
    ("challenges", {**OVER, "route": None, "denial_tag": None, "next_step_at": None}),
    ("incoming_texts", {}),
    ("messages", {"state": "sent", "reserved": None}),
    ("budgets", {"wrong_in_a_row": 0}),
    ("budgets", {"wrong_in_a_row": 3}),
    ("requests", {}),
    ("route_figures", {}),
    ("webhook_deliveries", {"state": "delivered"}),
    ("sandbox_messages", {"channel": "sms"}),
    ("sandbox_messages", {"channel": "letter"}),
    ("sandbox_happenings", {}),
    ("tallies", {"blocked_until": None}),
    ("blocks", {}),
    ("starts", {}),
    ("answer_tallies", {}),
    ("answered", {}),
    ("staff_sessions", {}),
    ("staff_links", {}),
    ("staff_recovery_codes", {}),
    ("sign_on_attempts", {}),
    ("passkey_challenges", {}),
    ("approval_requests", {"state": "approved"}),
    ("customers", {"state": "erased", "sealed_profile": b""}),
    ("left_contacts", {}),
    ("accounts", {}),
    ("audience_members", {}),
    ("campaign_recipients", {"state": "sent"}),
    ("point_transfers", {"kind": "earned", "other_account_id": None}),
    ("redeeming_blocks", {}),
    ("till_sessions", {"state": "ended"}),
    ("calls", {"ending": "through"}),
    ("call_lines", {}),
    ("call_writes", {}),
    ("redemptions", {"state": "committed"}),
    ("reversals", {}),
    ("vouchers", {"state": "settled"}),
    ("voucher_uses", {}),
    ("master_pins", {}),
    ("override_uses", {}),
    ("duplicates", {"state": "two_people"}),
    ("imports", {"state": "done"}),
    ("cards", {"state": "deleted"}),
    ("verifications", {}),
    ("card_attempts", {"method": "in_store"}),
    ("card_claims", {"state": "linked"}),
    ("letters", {"state": "waiting"}),
    ("letters", {"state": "handed_over", "sealed_content": None}),
    ("letter_batches", {"state": "handed_over"}),
    ("gate_tries", {"challenge_id": None}),
    ("gate_passes", {}),
    ("askings", {"sealed_said": None}),
    ("crossed", {}),
    ("crossing_pairs", {}),
    ("wallet_devices", {}),
    ("wallet_sessions", {}),
    ("wallet_arrivals", {}),
    ("wallet_notices", {}),
    ("wallet_challenges", {}),
    ("kept_pins", {"customer_id": None}),
    ("earlier_pins", {"customer_id": None}),
)
"""Rows, as far as they are not like any other."""


def with_terms() -> Iterator[tuple[Table, Term]]:
    """Give every term that says since when."""
    yield from ((table, term) for table in DATA_MAP for term in table.terms if term.since)


async def fill(services: Services, client: Client) -> None:
    """Write one of each kind, as if it had come to its end now."""
    whose = str(client.organisation.id)
    async with services.storage.begin(client.organisation.id) as transaction:
        for table, more in KINDS:
            row = {**_row(table, transaction.now()), "organisation_id": whose, **more}
            names, places = ", ".join(row), ", ".join(f":{name}" for name in row)
            await transaction.run(
                f"insert into {table} ({names}) values ({places})",  # noqa: S608 - of our own
                **row,
            )


def _row(table: str, now: datetime) -> dict[str, Value]:
    moment, row = to_microseconds(now), dict[str, Value]()
    for column in schema.tables[table].columns:
        kind, name = column.type.python_type, column.name
        if kind is str:
            row[name] = str(new_id())
        elif kind is bytes:
            row[name] = new_id().bytes
        else:
            is_moment = name == "at" or name.endswith(("_at", "_until", "_after"))
            row[name] = moment if is_moment else moment // DAY if name == "day" else 0
            if column.primary_key and row[name] == 0:
                row[name] = new_id().int >> 66  # rows are told apart by it
    return row


async def past_its_term(
    transaction: Transaction, table: Table, term: Term, periods: Periods, late: timedelta
) -> int:
    """Count what is older than it may be, and by how much at least."""
    before = to_microseconds(transaction.now() - periods[term.keep] - late)
    row = await transaction.one(
        f"select count(*) as found from {table.name} "  # noqa: S608 - made of the data map
        f"where ({term.where}) and {term.since} < :before",
        before=before,
    )
    assert row is not None
    return int(row["found"])
