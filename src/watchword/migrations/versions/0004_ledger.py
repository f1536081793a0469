"""The ledger: its leaves, the nodes of its tree, and the checkpoints that are signed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TABLES = ("ledgers", "ledger_nodes", "ledger_checkpoints", "ledger_keys")

WALL = """
    create policy organisation on {table} using (
        organisation_id = current_setting('watchword.organisation', true)
        or current_setting('watchword.organisation', true) = '*'
    )
"""


def upgrade() -> None:
    _audit_entries()
    _ledgers()
    _ledger_nodes()
    _ledger_checkpoints()
    _ledger_keys()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            _wall(table)


def _wall(table: str) -> None:
    """Show the rows of an organisation to none but itself, whatever a query forgets to ask."""
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(WALL.format(table=table))


def _audit_entries() -> None:
    op.add_column("audit_entries", sa.Column("leaf_position", sa.BigInteger(), nullable=True))
    op.add_column("audit_entries", sa.Column("leaf_hash", sa.LargeBinary(), nullable=True))
    unsealed, sealed = sa.text("leaf_position IS NULL"), sa.text("leaf_position IS NOT NULL")
    op.create_index(
        "audit_entries_unsealed",
        "audit_entries",
        ["organisation_id", "at"],
        sqlite_where=unsealed,
        postgresql_where=unsealed,
    )
    # No two entries have one place, whoever seals.
    op.create_index(
        "audit_entries_leaf",
        "audit_entries",
        ["organisation_id", "leaf_position"],
        unique=True,
        sqlite_where=sealed,
        postgresql_where=sealed,
    )
    op.create_index("audit_entries_at", "audit_entries", ["organisation_id", "at"])
    for name in ("action", "actor", "target"):
        op.create_index(f"audit_entries_{name}", "audit_entries", ["organisation_id", name, "at"])


def _ledgers() -> None:
    op.create_table(
        "ledgers",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("peaks", sa.LargeBinary(), nullable=False),
        sa.Column("last_leaf", sa.LargeBinary(), nullable=False),
        sa.Column("signed_size", sa.BigInteger(), nullable=False),
        sa.Column("unsigned_since", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id"),
    )


def _ledger_nodes() -> None:
    op.create_table(
        "ledger_nodes",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "level", "place"),
    )


def _ledger_checkpoints() -> None:
    op.create_table(
        "ledger_checkpoints",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.BigInteger(), nullable=False),
        sa.Column("copied_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "size"),
    )
    uncopied = sa.text("copied_at IS NULL")
    op.create_index(
        "ledger_checkpoints_uncopied",
        "ledger_checkpoints",
        ["organisation_id", "size"],
        sqlite_where=uncopied,
        postgresql_where=uncopied,
    )


def _ledger_keys() -> None:
    op.create_table(
        "ledger_keys",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "public"),
    )
