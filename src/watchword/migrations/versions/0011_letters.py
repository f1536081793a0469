"""Letters: what waits to be printed, in which batches, and what came back."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

TABLES = (
    "letters",
    "letter_batches",
    "letter_pages",
)

WALL = """
    create policy organisation on {table} using (
        organisation_id = current_setting('watchword.organisation', true)
        or current_setting('watchword.organisation', true) = '*'
    )
"""


def upgrade() -> None:
    _letters()
    _letter_batches()
    _letter_pages()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            _wall(table)


def _wall(table: str) -> None:
    """Show the rows of an organisation to none but itself, whatever a query forgets to ask."""
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(WALL.format(table=table))


def _letters() -> None:
    op.create_table(
        "letters",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("challenge_id", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sealed_content", sa.LargeBinary(), nullable=True),
        sa.Column("return_tag", sa.LargeBinary(), nullable=False),
        sa.Column("batch_id", sa.Text(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("not_after", sa.BigInteger(), nullable=False),
        sa.Column("handed_over_at", sa.BigInteger(), nullable=True),
        sa.Column("returned_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index("letters_batch", "letters", ["organisation_id", "batch_id", "number"])
    op.create_index("letters_challenge", "letters", ["organisation_id", "challenge_id"])
    op.create_index("letters_contact", "letters", ["organisation_id", "contact_id"])
    op.create_index("letters_message", "letters", ["organisation_id", "message_id"], unique=True)
    op.create_index("letters_return", "letters", ["organisation_id", "return_tag"], unique=True)
    op.create_index(
        "letters_waiting",
        "letters",
        ["organisation_id", "created_at", "id"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )


def _letter_batches() -> None:
    op.create_table(
        "letter_batches",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("letters", sa.BigInteger(), nullable=False),
        sa.Column("rendered", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("released_by", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("released_at", sa.BigInteger(), nullable=True),
        sa.Column("handed_over_at", sa.BigInteger(), nullable=True),
        sa.Column("purged_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index(
        "letter_batches_newest", "letter_batches", ["organisation_id", "created_at", "id"]
    )
    op.create_index(
        "letter_batches_rendering",
        "letter_batches",
        ["state", "created_at"],
        sqlite_where=sa.text("state = 'rendering'"),
        postgresql_where=sa.text("state = 'rendering'"),
    )


def _letter_pages() -> None:
    op.create_table(
        "letter_pages",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("sealed_pdf", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "batch_id", "number"),
    )
