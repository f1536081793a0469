"""Earlier editions of landing pages: campaigns go on showing what they began with."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

WALL = """
    create policy organisation on page_editions using (
        organisation_id = current_setting('watchword.organisation', true)
        or current_setting('watchword.organisation', true) = '*'
    )
"""


def upgrade() -> None:
    op.create_table(
        "page_editions",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("page_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("locales", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=True),
        sa.Column("valid_until", sa.BigInteger(), nullable=True),
        sa.Column("shown_at", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "page_id", "version"),
    )
    op.create_index("campaigns_page", "campaigns", ["organisation_id", "page_id"])
    if op.get_bind().dialect.name == "postgresql":
        # The rows of an organisation are shown to none but itself, whatever a query forgets.
        op.execute("alter table page_editions enable row level security")
        op.execute("alter table page_editions force row level security")
        op.execute(WALL)
