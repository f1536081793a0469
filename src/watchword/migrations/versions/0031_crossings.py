"""Crossings: how far an organisation is across, what was begun there, and what both sides said."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

TABLES = ("crossings", "crossed", "crossing_pairs")

WALL = """
    create policy organisation on {table} using (
        organisation_id = current_setting('watchword.organisation', true)
        or current_setting('watchword.organisation', true) = '*'
    )
"""


def upgrade() -> None:
    _crossings()
    _crossed()
    _pairs()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            _wall(table)


def _wall(table: str) -> None:
    """Show the rows of an organisation to none but itself, whatever a query forgets to ask."""
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(WALL.format(table=table))


def _crossings() -> None:
    op.create_table(
        "crossings",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("share", sa.BigInteger(), nullable=False),
        sa.Column("countries", sa.Text(), nullable=False),
        sa.Column("without_them", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id"),
    )


def _crossed() -> None:
    op.create_table(
        "crossed",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("scheme_id", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("beside_id", sa.Text(), nullable=True),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index(
        "crossed_contact", "crossed", ["organisation_id", "contact_id", "scheme_id", "begun_at"]
    )
    op.create_index("crossed_begun", "crossed", ["begun_at"])


def _pairs() -> None:
    op.create_table(
        "crossing_pairs",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("their_status", sa.BigInteger(), nullable=False),
        sa.Column("their_code", sa.BigInteger(), nullable=True),
        sa.Column("their_standing", sa.Text(), nullable=True),
        sa.Column("our_status", sa.BigInteger(), nullable=False),
        sa.Column("our_code", sa.BigInteger(), nullable=True),
        sa.Column("our_standing", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index("crossing_pairs_newest", "crossing_pairs", ["organisation_id", "created_at"])
    op.create_index("crossing_pairs_created", "crossing_pairs", ["created_at"])
