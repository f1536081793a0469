"""Cards: what is proven about them, who waits to show it, and who claims an old one."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

TABLES = (
    "cards",
    "verifications",
    "card_attempts",
    "registrations",
    "card_claims",
)

WALL = """
    create policy organisation on {table} using (
        organisation_id = current_setting('watchword.organisation', true)
        or current_setting('watchword.organisation', true) = '*'
    )
"""


def upgrade() -> None:
    _cards()
    _verifications()
    _card_attempts()
    _registrations()
    _card_claims()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            _wall(table)


def _wall(table: str) -> None:
    """Show the rows of an organisation to none but itself, whatever a query forgets to ask."""
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(WALL.format(table=table))


def _cards() -> None:
    op.create_table(
        "cards",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("number_index", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_number", sa.LargeBinary(), nullable=False),
        sa.Column("last_four", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("assurance", sa.BigInteger(), nullable=False),
        sa.Column("verified_at", sa.BigInteger(), nullable=True),
        sa.Column("linked_from", sa.Text(), nullable=True),
        sa.Column("frozen_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index("cards_account", "cards", ["organisation_id", "account_id"])
    op.create_index("cards_customer", "cards", ["organisation_id", "customer_id"])
    op.create_index("cards_newest", "cards", ["organisation_id", "created_at", "id"])
    op.create_index("cards_number", "cards", ["organisation_id", "number_index"], unique=True)
    op.create_index("cards_state", "cards", ["organisation_id", "state", "created_at", "id"])


def _verifications() -> None:
    op.create_table(
        "verifications",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("card_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("assurance", sa.BigInteger(), nullable=False),
        sa.Column("because", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("location_id", sa.Text(), nullable=True),
        sa.Column("challenge_id", sa.Text(), nullable=True),
        sa.Column("contact_id", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("sealed_reason", sa.LargeBinary(), nullable=True),
        sa.Column("denial_tag", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    _indices_of_verifications()


def _indices_of_verifications() -> None:
    op.create_index(
        "verifications_card",
        "verifications",
        ["organisation_id", "card_id", "position"],
        unique=True,
    )
    op.create_index(
        "verifications_challenge",
        "verifications",
        ["organisation_id", "challenge_id"],
        sqlite_where=sa.text("challenge_id is not null"),
        postgresql_where=sa.text("challenge_id is not null"),
    )
    op.create_index(
        "verifications_denied",
        "verifications",
        ["organisation_id", "at", "id"],
        sqlite_where=sa.text("because = 'denied'"),
        postgresql_where=sa.text("because = 'denied'"),
    )
    op.create_index(
        "verifications_other",
        "verifications",
        ["organisation_id", "at", "id"],
        sqlite_where=sa.text("method = 'other'"),
        postgresql_where=sa.text("method = 'other'"),
    )
    op.create_index(
        "verifications_denial",
        "verifications",
        ["denial_tag"],
        sqlite_where=sa.text("denial_tag is not null"),
        postgresql_where=sa.text("denial_tag is not null"),
    )
    op.create_index("verifications_newest", "verifications", ["organisation_id", "at", "id"])


def _card_attempts() -> None:
    op.create_table(
        "card_attempts",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("card_id", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("challenge_id", sa.Text(), nullable=True),
        sa.Column("contact_id", sa.Text(), nullable=True),
        sa.Column("reference_index", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_reference", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "card_id"),
    )
    op.create_index("card_attempts_challenge", "card_attempts", ["organisation_id", "challenge_id"])
    op.create_index(
        "card_attempts_over",
        "card_attempts",
        ["expires_at"],
        sqlite_where=sa.text("reference_index is not null"),
        postgresql_where=sa.text("reference_index is not null"),
    )
    op.create_index(
        "card_attempts_reference",
        "card_attempts",
        ["organisation_id", "reference_index"],
        sqlite_where=sa.text("reference_index is not null"),
        postgresql_where=sa.text("reference_index is not null"),
    )


def _registrations() -> None:
    op.create_table(
        "registrations",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("card_id", sa.Text(), nullable=False),
        sa.Column("session_tag", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index("registrations_card", "registrations", ["organisation_id", "card_id"])
    op.create_index("registrations_expiring", "registrations", ["expires_at"])
    op.create_index(
        "registrations_session", "registrations", ["organisation_id", "session_tag"], unique=True
    )


def _card_claims() -> None:
    op.create_table(
        "card_claims",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("card_id", sa.Text(), nullable=False),
        sa.Column("candidates", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index("card_claims_customer", "card_claims", ["organisation_id", "customer_id"])
    op.create_index("card_claims_newest", "card_claims", ["organisation_id", "created_at", "id"])
    op.create_index(
        "card_claims_open",
        "card_claims",
        ["organisation_id", "created_at", "id"],
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
