"""PINs that were sent to a core, and nobody saw how that ended: they are looked for."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

LEFT = "update call_writes set look_at = begun_at where state in ('begun', 'unknown')"


def upgrade() -> None:
    table, due = "call_writes", sa.text("look_at is not null")
    op.add_column(table, sa.Column("sealed", sa.LargeBinary(), nullable=True))
    op.add_column(table, sa.Column("looks", sa.BigInteger(), nullable=True))
    op.add_column(table, sa.Column("look_at", sa.BigInteger(), nullable=True))
    op.create_index("call_writes_due", table, ["look_at"], sqlite_where=due, postgresql_where=due)
    # Of those of before nobody knows which PIN it was: a person is told of them.
    op.execute(LEFT)
