"""Audiences: tags of customers, saved filters, and who stands on which list."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

TABLES = ("customer_tags", "audiences", "audience_members")

WALL = """
    create policy organisation on {table} using (
        organisation_id = current_setting('watchword.organisation', true)
        or current_setting('watchword.organisation', true) = '*'
    )
"""


def upgrade() -> None:
    _customer_tags()
    _audiences()
    _audience_members()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            _wall(table)


def _wall(table: str) -> None:
    """Show the rows of an organisation to none but itself, whatever a query forgets to ask."""
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(WALL.format(table=table))


def _customer_tags() -> None:
    op.create_table(
        "customer_tags",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "customer_id", "tag"),
    )
    columns = ["organisation_id", "tag", "customer_id"]
    op.create_index("customer_tags_tag", "customer_tags", columns)


def _audiences() -> None:
    op.create_table(
        "audiences",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("filter", sa.Text(), nullable=True),
        sa.Column("tally", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index("audiences_name", "audiences", ["organisation_id", "name"], unique=True)
    op.create_index("audiences_newest", "audiences", ["organisation_id", "created_at", "id"])


def _audience_members() -> None:
    op.create_table(
        "audience_members",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("audience_id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "audience_id", "customer_id"),
    )
    columns = ["organisation_id", "customer_id"]
    op.create_index("audience_members_customer", "audience_members", columns)
