"""Gates: how often somebody was wrong at a link, and who may look without being a recipient."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

TABLES = ("gate_tries", "gate_passes")

WALL = """
    create policy organisation on {table} using (
        organisation_id = current_setting('watchword.organisation', true)
        or current_setting('watchword.organisation', true) = '*'
    )
"""


def upgrade() -> None:
    _gate_tries()
    _gate_passes()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            _wall(table)


def _wall(table: str) -> None:
    """Show the rows of an organisation to none but itself, whatever a query forgets to ask."""
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(WALL.format(table=table))


def _gate_tries() -> None:
    op.create_table(
        "gate_tries",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("campaign", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("recipient", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("pauses", sa.BigInteger(), nullable=False),
        sa.Column("paused_until", sa.BigInteger(), nullable=True),
        sa.Column("challenge_id", sa.Text(), nullable=True),
        sa.Column("touched_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "campaign", "recipient"),
    )
    op.create_index("gate_tries_touched", "gate_tries", ["touched_at"])


def _gate_passes() -> None:
    op.create_table(
        "gate_passes",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("campaign_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("uses", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("pauses", sa.BigInteger(), nullable=False),
        sa.Column("paused_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index("gate_passes_id", "gate_passes", ["id"], unique=True)
    op.create_index(
        "gate_passes_campaign", "gate_passes", ["organisation_id", "campaign_id", "created_at"]
    )
    op.create_index("gate_passes_expiring", "gate_passes", ["expires_at"])
