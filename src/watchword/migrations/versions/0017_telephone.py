"""The telephone: profiles and what holds for all of them, and what rests of PINs."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

TABLES = (
    "kept_pins",
    "earlier_pins",
    "telephone_profiles",
    "telephone_profile_versions",
    "telephone_sites",
)

WALL = """
    create policy organisation on {table} using (
        organisation_id = current_setting('watchword.organisation', true)
        or current_setting('watchword.organisation', true) = '*'
    )
"""


def upgrade() -> None:
    _kept_pins()
    _earlier_pins()
    _telephone_profiles()
    _telephone_profile_versions()
    _telephone_sites()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            _wall(table)


def _wall(table: str) -> None:
    """Show the rows of an organisation to none but itself, whatever a query forgets to ask."""
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(WALL.format(table=table))


def _kept_pins() -> None:
    op.create_table(
        "kept_pins",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("sealed_hash", sa.LargeBinary(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=True),
        sa.Column("must_change", sa.BigInteger(), nullable=False),
        sa.Column("wrong_in_a_row", sa.BigInteger(), nullable=False),
        sa.Column("locked_at", sa.BigInteger(), nullable=True),
        sa.Column("established_at", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "subject"),
    )
    op.create_index("kept_pins_customer", "kept_pins", ["organisation_id", "customer_id"])
    op.create_index("kept_pins_seen", "kept_pins", ["seen_at"])


def _earlier_pins() -> None:
    op.create_table(
        "earlier_pins",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("sealed_hash", sa.LargeBinary(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index("earlier_pins_created", "earlier_pins", ["created_at"])
    op.create_index("earlier_pins_customer", "earlier_pins", ["organisation_id", "customer_id"])
    op.create_index(
        "earlier_pins_subject", "earlier_pins", ["organisation_id", "subject", "created_at", "id"]
    )


def _telephone_profiles() -> None:
    op.create_table(
        "telephone_profiles",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("known_as", sa.Text(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index(
        "telephone_profiles_known_as",
        "telephone_profiles",
        ["organisation_id", "known_as"],
        unique=True,
    )


def _telephone_profile_versions() -> None:
    op.create_table(
        "telephone_profile_versions",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("profile_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("terms", sa.Text(), nullable=True),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "profile_id", "version"),
    )


def _telephone_sites() -> None:
    op.create_table(
        "telephone_sites",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "version"),
    )
