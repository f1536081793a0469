"""Figures: what an hour came to, which providers rest, and indexes for lists of challenges."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

TABLES = ("figures", "figure_hours", "provider_rests")

WALL = """
    create policy organisation on {table} using (
        organisation_id = current_setting('watchword.organisation', true)
        or current_setting('watchword.organisation', true) = '*'
    )
"""


def upgrade() -> None:
    _figures()
    _figure_hours()
    _provider_rests()
    _challenges()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            _wall(table)


def _wall(table: str) -> None:
    """Show the rows of an organisation to none but itself, whatever a query forgets to ask."""
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(WALL.format(table=table))


def _figures() -> None:
    numbers = ("sent", "delivered", "failed", "verified", "blocked", "cost")
    op.create_table(
        "figures",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in numbers),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "hour", "channel", "provider"),
    )


def _figure_hours() -> None:
    op.create_table(
        "figure_hours",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "hour"),
    )
    _part("figure_hours_due", "figure_hours", ["due_at"], "due_at is not null")


def _provider_rests() -> None:
    op.create_table(
        "provider_rests",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("rests_until", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "provider"),
    )


def _challenges() -> None:
    newest = ["created_at", "id"]
    op.create_index(
        "challenges_newest",
        "challenges",
        ["organisation_id", *newest, "status", "purpose", "channel"],
    )
    _part(
        "challenges_unusual",
        "challenges",
        ["organisation_id", "status", *newest],
        "status <> 'pending' and status <> 'verified' and status <> 'expired'",
    )
    _part(
        "challenges_reference",
        "challenges",
        ["organisation_id", "reference", *newest],
        "reference is not null",
    )


def _part(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
