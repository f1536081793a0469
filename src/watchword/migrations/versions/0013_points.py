"""Points: how accounts came by them, what gives them, and what may be had for them."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

TABLES = (
    "point_transfers",
    "earn_rules",
    "rewards",
    "redeeming_blocks",
)

WALL = """
    create policy organisation on {table} using (
        organisation_id = current_setting('watchword.organisation', true)
        or current_setting('watchword.organisation', true) = '*'
    )
"""


def upgrade() -> None:
    _accounts()
    _point_transfers()
    _indexes_of_point_transfers()
    _earn_rules()
    _rewards()
    _redeeming_blocks()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            _wall(table)


def _wall(table: str) -> None:
    """Show the rows of an organisation to none but itself, whatever a query forgets to ask."""
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(WALL.format(table=table))


def _accounts() -> None:
    op.add_column("accounts", sa.Column("reserved", sa.BigInteger(), nullable=True))
    op.add_column("accounts", sa.Column("opening", sa.BigInteger(), nullable=True))


def _point_transfers() -> None:
    op.create_table(
        "point_transfers",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("giver", sa.Text(), nullable=False),
        sa.Column("taker", sa.Text(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("other_account_id", sa.Text(), nullable=True),
        sa.Column("redemption_id", sa.Text(), nullable=True),
        sa.Column("rules", sa.Text(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("location_id", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )


def _indexes_of_point_transfers() -> None:
    op.create_index(
        "point_transfers_account", "point_transfers", ["organisation_id", "account_id", "at", "id"]
    )
    op.create_index(
        "point_transfers_other",
        "point_transfers",
        ["organisation_id", "other_account_id"],
        sqlite_where=sa.text("other_account_id is not null"),
        postgresql_where=sa.text("other_account_id is not null"),
    )
    op.create_index(
        "point_transfers_redemption",
        "point_transfers",
        ["organisation_id", "redemption_id"],
        sqlite_where=sa.text("redemption_id is not null"),
        postgresql_where=sa.text("redemption_id is not null"),
    )
    op.create_index(
        "point_transfers_reference",
        "point_transfers",
        ["organisation_id", "kind", "reference"],
        unique=True,
    )


def _earn_rules() -> None:
    op.create_table(
        "earn_rules",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("per_amount", sa.BigInteger(), nullable=False),
        sa.Column("at_least", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("locations", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=True),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index("earn_rules_newest", "earn_rules", ["organisation_id", "created_at", "id"])


def _rewards() -> None:
    op.create_table(
        "rewards",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("pos_discount_id", sa.Text(), nullable=True),
        sa.Column("locations", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=True),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("stock", sa.BigInteger(), nullable=True),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("counted_since", sa.BigInteger(), nullable=True),
        sa.Column("at_least", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index("rewards_newest", "rewards", ["organisation_id", "created_at", "id"])
    op.create_index(
        "rewards_active",
        "rewards",
        ["organisation_id", "points", "id"],
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )


def _redeeming_blocks() -> None:
    op.create_table(
        "redeeming_blocks",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "contact_id"),
    )
    op.create_index(
        "redeeming_blocks_newest",
        "redeeming_blocks",
        ["organisation_id", "created_at", "contact_id"],
    )
