"""Privacy: what is kept for how long, and who wants to hear no more."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TABLES = ("suppressions", "retention_runs")

WALL = """
    create policy organisation on {table} using (
        organisation_id = current_setting('watchword.organisation', true)
        or current_setting('watchword.organisation', true) = '*'
    )
"""

ENDED = "ended_at IS NOT NULL"
PARTS_OF_CHALLENGES = {
    "challenges_with_denial_tag": f"denial_tag IS NOT NULL AND {ENDED}",
    "challenges_whole": f"route IS NOT NULL AND {ENDED}",
    "challenges_bare": f"route IS NULL AND {ENDED}",
}
"""By these the sweep finds what is due, and passes over all that is not."""


def upgrade() -> None:
    _suppressions()
    _retention_runs()
    _indexes()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            _wall(table)


def _wall(table: str) -> None:
    """Show the rows of an organisation to none but itself, whatever a query forgets to ask."""
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(WALL.format(table=table))


def _suppressions() -> None:
    op.create_table(
        "suppressions",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("contact_kind", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "digest", "kind"),
    )
    op.create_index("suppressions_newest", "suppressions", ["organisation_id", "created_at", "id"])


def _retention_runs() -> None:
    op.create_table(
        "retention_runs",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("ran_at", sa.BigInteger(), nullable=False),
        sa.Column("found", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "term"),
    )


def _indexes() -> None:
    op.create_index("challenges_contact", "challenges", ["organisation_id", "contact_id"])
    for name, where in PARTS_OF_CHALLENGES.items():
        _part(name, "challenges", "ended_at", where)
    _part("messages_ended", "messages", "ended_at", ENDED)
    op.create_index("contact_points_person", "contact_points", ["organisation_id", "person_id"])


def _part(name: str, table: str, column: str, where: str) -> None:
    part = sa.text(where)
    op.create_index(name, table, [column], sqlite_where=part, postgresql_where=part)
