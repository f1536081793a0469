"""Points are put by once under each name, whoever asks.

Sales have always drawn their names, so what is kept already keeps to it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    condition = sa.text("kind = 'reserved'")
    op.create_index(
        "point_transfers_reserved_once",
        "point_transfers",
        ["organisation_id", "redemption_id"],
        unique=True,
        sqlite_where=condition,
        postgresql_where=condition,
    )
