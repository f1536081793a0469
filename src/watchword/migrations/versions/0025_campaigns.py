"""Campaigns, and who gets them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

TABLES = ("campaigns", "campaign_recipients")

WALL = """
    create policy organisation on {table} using (
        organisation_id = current_setting('watchword.organisation', true)
        or current_setting('watchword.organisation', true) = '*'
    )
"""


def upgrade() -> None:
    _campaigns()
    _recipients()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            _wall(table)


def _wall(table: str) -> None:
    """Show the rows of an organisation to none but itself, whatever a query forgets to ask."""
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(WALL.format(table=table))


def _campaigns() -> None:
    op.create_table(
        "campaigns",
        *_said(),
        *_dated(),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index("campaigns_number", "campaigns", ["number"])
    op.create_index("campaigns_newest", "campaigns", ["organisation_id", "created_at", "id"])
    at_work = sa.text("state = 'scheduled' or state = 'running'")
    op.create_index(
        "campaigns_working",
        "campaigns",
        ["starts_at"],
        sqlite_where=at_work,
        postgresql_where=at_work,
    )


def _said() -> list[sa.Column[Any]]:
    """What it is and says."""
    return [
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("minimum_age", sa.BigInteger(), nullable=True),
        sa.Column("gate", sa.Text(), nullable=False),
        sa.Column("page_id", sa.Text(), nullable=True),
        sa.Column("audience_id", sa.Text(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("texts", sa.Text(), nullable=False),
        sa.Column("fallback_locale", sa.Text(), nullable=False),
    ]


def _dated() -> list[sa.Column[Any]]:
    """When it goes, who was at it, and how far it is."""
    return [
        sa.Column("starts_at", sa.BigInteger(), nullable=True),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("links_live_until", sa.BigInteger(), nullable=True),
        sa.Column("per_second", sa.BigInteger(), nullable=True),
        sa.Column("quiet", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("writers", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("audience_size", sa.BigInteger(), nullable=True),
        sa.Column("choice", sa.Text(), nullable=True),
        sa.Column("page_version", sa.BigInteger(), nullable=True),
        sa.Column("at_most", sa.BigInteger(), nullable=True),
        sa.Column("because", sa.Text(), nullable=True),
        sa.Column("recipients", sa.BigInteger(), nullable=False),
        sa.Column("expanded_to", sa.Text(), nullable=False),
        sa.Column("expanded_at", sa.BigInteger(), nullable=True),
        sa.Column("fed_to", sa.BigInteger(), nullable=False),
        sa.Column("fed_at", sa.BigInteger(), nullable=True),
        sa.Column("links_version", sa.BigInteger(), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("worker", sa.Text(), nullable=True),
    ]


def _recipients() -> None:
    table = "campaign_recipients"
    op.create_table(
        table,
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("campaign", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("contact_id", sa.Text(), nullable=True),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=True),
        sa.Column("passed_at", sa.BigInteger(), nullable=True),
        sa.Column("clicked_at", sa.BigInteger(), nullable=True),
        sa.Column("opted_out_at", sa.BigInteger(), nullable=True),
        sa.Column("redeemed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "campaign", "number"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "campaign_recipients_contact",
        table,
        ["organisation_id", "contact_id", "campaign"],
        unique=True,
    )
    op.create_index("campaign_recipients_customer", table, ["organisation_id", "customer_id"])
    due = sa.text("due_at is not null")
    op.create_index(
        "campaign_recipients_due",
        table,
        ["organisation_id", "campaign", "state", "due_at"],
        sqlite_where=due,
        postgresql_where=due,
    )
