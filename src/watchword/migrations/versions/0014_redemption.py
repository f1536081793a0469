"""Redemption: sales at tills, what was reserved and spent in them, and exceptions from proof."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

TABLES = (
    "terminals",
    "till_sessions",
    "redemptions",
    "reversals",
    "master_pins",
    "override_uses",
)

WALL = """
    create policy organisation on {table} using (
        organisation_id = current_setting('watchword.organisation', true)
        or current_setting('watchword.organisation', true) = '*'
    )
"""


def upgrade() -> None:
    _terminals()
    _till_sessions()
    _redemptions()
    _reversals()
    _master_pins()
    _override_uses()
    op.add_column("challenges", sa.Column("shown_at", sa.BigInteger(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            _wall(table)


def _wall(table: str) -> None:
    """Show the rows of an organisation to none but itself, whatever a query forgets to ask."""
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(WALL.format(table=table))


def _terminals() -> None:
    op.create_table(
        "terminals",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index("terminals_fingerprint", "terminals", ["fingerprint"], unique=True)
    op.create_index("terminals_location", "terminals", ["organisation_id", "location_id", "name"])


def _till_sessions() -> None:
    op.create_table(
        "till_sessions",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("location_id", sa.Text(), nullable=True),
        sa.Column("terminal_id", sa.Text(), nullable=True),
        sa.Column("staff", sa.Text(), nullable=True),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("card_id", sa.Text(), nullable=True),
        sa.Column("challenge_id", sa.Text(), nullable=True),
        sa.Column("reward_id", sa.Text(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("points", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("proven_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    _indices_of_till_sessions()


def _indices_of_till_sessions() -> None:
    op.create_index(
        "till_sessions_challenge",
        "till_sessions",
        ["organisation_id", "challenge_id"],
        sqlite_where=sa.text("challenge_id is not null"),
        postgresql_where=sa.text("challenge_id is not null"),
    )
    op.create_index(
        "till_sessions_live",
        "till_sessions",
        ["organisation_id", "contact_id"],
        sqlite_where=sa.text("ended_at is null"),
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_index("till_sessions_newest", "till_sessions", ["organisation_id", "opened_at", "id"])
    op.create_index(
        "till_sessions_over",
        "till_sessions",
        ["expires_at"],
        sqlite_where=sa.text("ended_at is null"),
        postgresql_where=sa.text("ended_at is null"),
    )


def _redemptions() -> None:
    op.create_table(
        "redemptions",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("reward_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("reversed", sa.BigInteger(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("location_id", sa.Text(), nullable=True),
        sa.Column("terminal_id", sa.Text(), nullable=True),
        sa.Column("staff", sa.Text(), nullable=True),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.Column("reserved_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("committed_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    _indices_of_redemptions()


def _indices_of_redemptions() -> None:
    op.create_index(
        "redemptions_account", "redemptions", ["organisation_id", "account_id", "reserved_at", "id"]
    )
    op.create_index(
        "redemptions_customer",
        "redemptions",
        ["organisation_id", "customer_id", "reserved_at", "id"],
    )
    op.create_index("redemptions_newest", "redemptions", ["organisation_id", "reserved_at", "id"])
    op.create_index(
        "redemptions_location",
        "redemptions",
        ["organisation_id", "location_id", "reserved_at", "id"],
    )
    op.create_index("redemptions_session", "redemptions", ["organisation_id", "session_id"])
    op.create_index(
        "redemptions_waiting",
        "redemptions",
        ["expires_at"],
        sqlite_where=sa.text("state = 'reserved'"),
        postgresql_where=sa.text("state = 'reserved'"),
    )


def _reversals() -> None:
    op.create_table(
        "reversals",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("redemption_id", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "redemption_id", "reference"),
    )


def _master_pins() -> None:
    op.create_table(
        "master_pins",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("sealed_hash", sa.LargeBinary(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("agreed_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index(
        "master_pins_location", "master_pins", ["organisation_id", "location_id", "created_at"]
    )


def _override_uses() -> None:
    op.create_table(
        "override_uses",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=True),
        sa.Column("redemption_id", sa.Text(), nullable=True),
        sa.Column("reward_id", sa.Text(), nullable=True),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("location_id", sa.Text(), nullable=True),
        sa.Column("terminal_id", sa.Text(), nullable=True),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("sealed_reason", sa.LargeBinary(), nullable=True),
        sa.Column("dispute_tag", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("disputed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    _indexes_of_override_uses()


def _indexes_of_override_uses() -> None:
    op.create_index(
        "override_uses_customer", "override_uses", ["organisation_id", "customer_id", "at"]
    )
    op.create_index(
        "override_uses_dispute",
        "override_uses",
        ["dispute_tag"],
        sqlite_where=sa.text("dispute_tag is not null"),
        postgresql_where=sa.text("dispute_tag is not null"),
    )
    op.create_index(
        "override_uses_disputed",
        "override_uses",
        ["organisation_id", "disputed_at"],
        sqlite_where=sa.text("disputed_at is not null"),
        postgresql_where=sa.text("disputed_at is not null"),
    )
    op.create_index(
        "override_uses_location", "override_uses", ["organisation_id", "location_id", "at"]
    )
    op.create_index("override_uses_newest", "override_uses", ["organisation_id", "at", "id"])
    op.create_index(
        "override_uses_session",
        "override_uses",
        ["organisation_id", "session_id"],
        sqlite_where=sa.text("session_id is not null"),
        postgresql_where=sa.text("session_id is not null"),
    )
    op.create_index("override_uses_staff", "override_uses", ["organisation_id", "staff", "at"])
    op.create_index(
        "override_uses_terminal", "override_uses", ["organisation_id", "terminal_id", "at"]
    )
