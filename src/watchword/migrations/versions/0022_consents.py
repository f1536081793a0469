"""Consent: the book of who agreed to what, what holds now, who was asked, and what came in."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

TABLES = ("consent_texts", "consent_records", "consents", "opt_in_requests", "incoming_texts")

WALL = """
    create policy organisation on {table} using (
        organisation_id = current_setting('watchword.organisation', true)
        or current_setting('watchword.organisation', true) = '*'
    )
"""


def upgrade() -> None:
    _consent_texts()
    _consent_records()
    _consents()
    _opt_in_requests()
    _incoming_texts()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            _wall(table)


def _wall(table: str) -> None:
    """Show the rows of an organisation to none but itself, whatever a query forgets to ask."""
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(WALL.format(table=table))


def _consent_texts() -> None:
    op.create_table(
        "consent_texts",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )


def _consent_records() -> None:
    op.create_table(
        "consent_records",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("text_id", sa.Text(), nullable=True),
        sa.Column("contact_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "digest", "scope", "number"),
    )
    op.create_index("consent_records_contact", "consent_records", ["organisation_id", "contact_id"])
    op.create_index("consent_records_id", "consent_records", ["organisation_id", "id"], unique=True)


def _consents() -> None:
    op.create_table(
        "consents",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "contact_id", "scope"),
    )


def _opt_in_requests() -> None:
    op.create_table(
        "opt_in_requests",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=True),
        sa.Column("text_id", sa.Text(), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "digest", "scope"),
    )
    op.create_index("opt_in_requests_contact", "opt_in_requests", ["organisation_id", "contact_id"])
    op.create_index("opt_in_requests_asked", "opt_in_requests", ["asked_at"])


def _incoming_texts() -> None:
    op.create_table(
        "incoming_texts",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("answered", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "provider", "reference"),
    )
    op.create_index(
        "incoming_texts_digest", "incoming_texts", ["organisation_id", "digest", "received_at"]
    )
    op.create_index("incoming_texts_received", "incoming_texts", ["received_at"])
