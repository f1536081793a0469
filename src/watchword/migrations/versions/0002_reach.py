"""Reach: receipts, plans of fallback, prices, abuse, webhooks, and a sandbox that plays parts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = (
    "plans",
    "route_figures",
    "sandbox_happenings",
    "sandbox_seeds",
    "webhook_endpoints",
    "webhook_deliveries",
    "abuse_rules",
    "tallies",
    "blocks",
    "starts",
    "answer_tallies",
    "answered",
)

WALL = """
    create policy organisation on {table} using (
        organisation_id = current_setting('watchword.organisation', true)
        or current_setting('watchword.organisation', true) = '*'
    )
"""


def upgrade() -> None:
    _challenges()
    _messages()
    _plans()
    _webhook_endpoints()
    _webhook_deliveries()
    _route_figures()
    _sandbox_happenings()
    _sandbox_seeds()
    _abuse()
    _starts()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            _wall(table)


def _wall(table: str) -> None:
    """Show the rows of an organisation to none but itself, whatever a query forgets to ask."""
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(WALL.format(table=table))


def _challenges() -> None:
    table = "challenges"
    op.add_column(table, sa.Column("code_length", sa.BigInteger(), nullable=True))
    op.add_column(table, sa.Column("route", sa.Text(), nullable=True))
    op.add_column(table, sa.Column("next_step_at", sa.BigInteger(), nullable=True))
    op.add_column(table, sa.Column("denial_tag", sa.LargeBinary(), nullable=True))
    op.create_index(
        "challenges_next_step",
        table,
        ["next_step_at"],
        sqlite_where=sa.text("next_step_at is not null"),
        postgresql_where=sa.text("next_step_at is not null"),
    )
    op.create_index(
        "challenges_denial_tag",
        table,
        ["denial_tag"],
        unique=True,
        sqlite_where=sa.text("denial_tag is not null"),
        postgresql_where=sa.text("denial_tag is not null"),
    )


def _messages() -> None:
    table = "messages"
    op.add_column(table, sa.Column("receipt", sa.Text(), nullable=True))
    op.add_column(table, sa.Column("receipt_reason", sa.Text(), nullable=True))
    op.add_column(table, sa.Column("receipt_at", sa.BigInteger(), nullable=True))
    op.add_column(table, sa.Column("pinned", sa.BigInteger(), nullable=True))
    op.add_column(table, sa.Column("told", sa.BigInteger(), nullable=True))
    op.add_column(table, sa.Column("reserved", sa.BigInteger(), nullable=True))
    op.create_index(
        "messages_reserved",
        table,
        ["state"],
        sqlite_where=sa.text("reserved is not null"),
        postgresql_where=sa.text("reserved is not null"),
    )
    op.create_index("messages_id", table, ["id"])
    op.create_index(
        "messages_reference",
        table,
        ["provider", "reference"],
        sqlite_where=sa.text("reference is not null"),
        postgresql_where=sa.text("reference is not null"),
    )
    op.create_index(
        "messages_with_words",
        table,
        ["not_after"],
        sqlite_where=sa.text("state = 'sent' AND sealed IS NOT NULL"),
        postgresql_where=sa.text("state = 'sent' AND sealed IS NOT NULL"),
    )


def _plans() -> None:
    op.create_table(
        "plans",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "purpose"),
    )


def _route_figures() -> None:
    op.create_table(
        "route_figures",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("number_start", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("day", sa.BigInteger(), nullable=False),
        sa.Column("sent", sa.BigInteger(), nullable=False),
        sa.Column("verified", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "channel", "number_start", "provider", "day"),
    )
    op.create_index("route_figures_day", "route_figures", ["day"])


def _webhook_endpoints() -> None:
    op.create_table(
        "webhook_endpoints",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("failing_since", sa.BigInteger(), nullable=True),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("rests_until", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )


def _webhook_deliveries() -> None:
    table = "webhook_deliveries"
    op.create_table(
        table,
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("endpoint_id", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("lease", sa.BigInteger(), nullable=False),
        sa.Column("log", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index(f"{table}_newest", table, ["organisation_id", "created_at", "id"])
    waits = ["organisation_id", "endpoint_id", "due_at"]
    failed = ["organisation_id", "endpoint_id", "created_at"]
    for name, columns, where in [
        ("waiting", waits, "state = 'waiting'"),
        ("sending", ["lease_until"], "state = 'sending'"),
        ("given_up", failed, "state = 'given_up'"),
        ("ended", ["ended_at"], "ended_at IS NOT NULL"),
    ]:
        condition = sa.text(where)
        op.create_index(
            f"{table}_{name}", table, columns, sqlite_where=condition, postgresql_where=condition
        )


def _abuse() -> None:
    op.create_table(
        "abuse_rules",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("ruleset", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id"),
    )
    op.create_table(
        "tallies",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("parts", sa.LargeBinary(), nullable=False),
        sa.Column("block_id", sa.Text(), nullable=True),
        sa.Column("blocked_until", sa.BigInteger(), nullable=True),
        sa.Column("spares_known", sa.BigInteger(), nullable=True),
        sa.Column("cleared_at", sa.BigInteger(), nullable=True),
        sa.Column("touched_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "key"),
    )
    op.create_index("tallies_touched_at", "tallies", ["touched_at"])
    texts = ("id", "rule", "subject", "shown", "reason", "way_round", "channels")
    op.create_table(
        "blocks",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("lifted_at", sa.BigInteger(), nullable=True),
        sa.Column("lifted_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index("blocks_created_at", "blocks", ["organisation_id", "created_at", "id"])
    op.create_index("blocks_expires_at", "blocks", ["expires_at"])


def _starts() -> None:
    table = "starts"
    may_be_missing = {"country", "line", "dial_code", "prefix", "provider", "requester"}
    may_be_missing |= {"price", "verified_at"}
    texts = ["id", "contact_id", "country", "line", "dial_code", "prefix", "channel", "provider"]
    texts += ["client", "requester", "outcome"]
    numbers = ["at", "is_known", "is_again", "price", "returned", "times", "verified_at"]
    op.create_table(
        table,
        sa.Column("organisation_id", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=name in may_be_missing) for name in texts),
        *(sa.Column(name, sa.BigInteger(), nullable=name in may_be_missing) for name in numbers),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index("starts_of", table, ["organisation_id", "at", "id"])
    op.create_index("starts_at", table, ["at"])
    strangers = "is_known = 0 AND is_again = 0 AND outcome = 'admitted'"
    for name, columns, where in [
        ("starts_returned", ["organisation_id", "at"], "returned > 0"),
        ("starts_of_strangers", ["organisation_id", "prefix", "at"], strangers),
    ]:
        condition = sa.text(where)
        op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
    _answers()


def _answers() -> None:
    op.create_table(
        "answer_tallies",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("seconds", "at", "shard", "right_ones", "fresh_ones", "wrong_ones")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "kind", "seconds", "at", "shard"),
    )
    op.create_index("answer_tallies_at", "answer_tallies", ["at"])
    op.create_table(
        "answered",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("right_at", sa.BigInteger(), nullable=True),
        sa.Column("wrong_at", sa.BigInteger(), nullable=True),
        sa.Column("touched_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "contact_id"),
    )
    op.create_index("answered_touched_at", "answered", ["touched_at"])


def _sandbox_happenings() -> None:
    op.create_table(
        "sandbox_happenings",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index("sandbox_happenings_due", "sandbox_happenings", ["due_at"])


def _sandbox_seeds() -> None:
    op.create_table(
        "sandbox_seeds",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("seed", sa.LargeBinary(), nullable=False),
        sa.Column("drawn", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id"),
    )
