"""Lean askings: with each code three trees are written for them, and no longer five.

On SQLite a row lies in the tree of its key. The sweep goes through organisations, in each of which
the newest are in order already.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.drop_index("askings_created", "askings")
    if op.get_bind().dialect.name == "sqlite":
        _without_rowid()


def _without_rowid() -> None:
    op.drop_index("askings_contact", "askings")
    op.drop_index("askings_newest", "askings")
    op.rename_table("askings", "askings_before")
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
        sqlite_with_rowid=False,
    )
    op.execute("insert into askings select * from askings_before")
    op.drop_table("askings_before")
    op.create_index(
        "askings_contact", "askings", ["organisation_id", "contact_id", "scheme_id", "created_at"]
    )
    op.create_index("askings_newest", "askings", ["organisation_id", "created_at", "id"])
