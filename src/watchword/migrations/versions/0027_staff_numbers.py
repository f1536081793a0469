"""Test numbers: on which telephone somebody who works here tries what they write to others."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

WALL = """
    create policy organisation on staff_numbers using (
        organisation_id = current_setting('watchword.organisation', true)
        or current_setting('watchword.organisation', true) = '*'
    )
"""


def upgrade() -> None:
    op.create_table(
        "staff_numbers",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("challenge_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "staff_id"),
    )
    op.create_index("staff_numbers_contact", "staff_numbers", ["organisation_id", "contact_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("alter table staff_numbers enable row level security")
        op.execute("alter table staff_numbers force row level security")
        op.execute(WALL)
