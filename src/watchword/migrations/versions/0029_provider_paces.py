"""Paces: how far a provider is ahead that is given so many messages a second."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

WALL = """
    create policy organisation on provider_paces using (
        organisation_id = current_setting('watchword.organisation', true)
        or current_setting('watchword.organisation', true) = '*'
    )
"""


def upgrade() -> None:
    op.create_table(
        "provider_paces",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("free_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "provider"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("alter table provider_paces enable row level security")
        op.execute("alter table provider_paces force row level security")
        op.execute(WALL)
