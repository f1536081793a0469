"""What a page says of its rewards is kept with what is published of it, sealed like that.

Both may be null: what was published before says of its rewards what they are now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    op.add_column("pages", sa.Column("shown_rewards", sa.LargeBinary(), nullable=True))
    op.add_column("page_editions", sa.Column("rewards", sa.LargeBinary(), nullable=True))
