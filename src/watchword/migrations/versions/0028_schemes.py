"""Schemes: how applications ask for codes under names of their own, and numbers that are spared."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

TABLES = (
    "schemes",
    "askings",
    "scheme_meters",
    "scheme_bounds",
    "scheme_senders",
    "spared_numbers",
)

WALL = """
    create policy organisation on {table} using (
        organisation_id = current_setting('watchword.organisation', true)
        or current_setting('watchword.organisation', true) = '*'
    )
"""


def upgrade() -> None:
    _schemes()
    _askings()
    _meters()
    _senders()
    _spared_numbers()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            _wall(table)


def _wall(table: str) -> None:
    """Show the rows of an organisation to none but itself, whatever a query forgets to ask."""
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(WALL.format(table=table))


def _schemes() -> None:
    op.create_table(
        "schemes",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("manner", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index("schemes_newest", "schemes", ["organisation_id", "created_at", "id"])


def _askings() -> None:
    op.create_table(
        "askings",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("scheme_id", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("vouched_at", sa.BigInteger(), nullable=True),
        sa.Column("sealed_said", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index(
        "askings_contact", "askings", ["organisation_id", "contact_id", "scheme_id", "created_at"]
    )
    op.create_index("askings_newest", "askings", ["organisation_id", "created_at", "id"])
    op.create_index("askings_created", "askings", ["created_at"])


def _meters() -> None:
    op.create_table(
        "scheme_meters",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("scheme_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index(
        "scheme_meters_name", "scheme_meters", ["organisation_id", "scheme_id", "name"], unique=True
    )
    op.create_table(
        "scheme_bounds",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("meter_id", sa.Text(), nullable=False),
        sa.Column("scheme_id", sa.Text(), nullable=False),
        sa.Column("most", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index(
        "scheme_bounds_seconds",
        "scheme_bounds",
        ["organisation_id", "meter_id", "seconds"],
        unique=True,
    )
    op.create_index("scheme_bounds_scheme", "scheme_bounds", ["organisation_id", "scheme_id"])


def _senders() -> None:
    op.create_table(
        "scheme_senders",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("scheme_id", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("service_sid", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "scheme_id", "country"),
    )


def _spared_numbers() -> None:
    op.create_table(
        "spared_numbers",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index(
        "spared_numbers_contact",
        "spared_numbers",
        ["organisation_id", "contact_id"],
        unique=True,
    )
