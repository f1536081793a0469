"""Reach: receipts, plans of fallback, prices, abuse, webhooks, and a sandbox that plays parts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = ("plans",)

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
    op.add_column(table, sa.Column("steps", sa.Text(), nullable=True))
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
