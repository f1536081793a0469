"""Consents in files: how many a file has brought, and what people agreed to where it does not say.

Both may be null: of files that were brought before, nothing is known.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.add_column("imports", sa.Column("rows_agreed", sa.BigInteger(), nullable=True))
    op.add_column("imports", sa.Column("wording", sa.Text(), nullable=True))
