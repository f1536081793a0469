"""Figures of the telephone: how calls went, hour by hour, and how PINs stand, day by day."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

TABLES = ("call_figures", "call_figure_hours", "pin_surveys", "pin_figures")

WALL = """
    create policy organisation on {table} using (
        organisation_id = current_setting('watchword.organisation', true)
        or current_setting('watchword.organisation', true) = '*'
    )
"""


def upgrade() -> None:
    _call_figures()
    _call_figure_hours()
    _pin_surveys()
    _pin_figures()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            _wall(table)


def _wall(table: str) -> None:
    """Show the rows of an organisation to none but itself, whatever a query forgets to ask."""
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(WALL.format(table=table))


def _call_figures() -> None:
    op.create_table(
        "call_figures",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("hour", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("profile_id", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("scenario", sa.Text(), nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "organisation_id", "hour", "profile_id", "outcome", "stage", "standing", "scenario"
        ),
    )


def _call_figure_hours() -> None:
    op.create_table(
        "call_figure_hours",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("hour", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "hour"),
    )
    _due("call_figure_hours")


def _pin_surveys() -> None:
    op.create_table(
        "pin_surveys",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("begun_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id"),
    )
    _due("pin_surveys")


def _pin_figures() -> None:
    op.create_table(
        "pin_figures",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("day", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("scenario", sa.Text(), nullable=False),
        sa.Column("members", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "day", "standing", "scenario"),
    )


def _due(table: str) -> None:
    condition = sa.text("due_at is not null")
    op.create_index(
        f"{table}_due", table, ["due_at"], sqlite_where=condition, postgresql_where=condition
    )
