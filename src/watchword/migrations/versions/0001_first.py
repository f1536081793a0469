"""The first schema: organisations, their keys and clients, challenges, and the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TABLES = (
    "api_keys",
    "audit_entries",
    "budgets",
    "challenges",
    "contact_points",
    "known_requesters",
    "messages",
    "organisation_keys",
    "organisations",
    "person_keys",
    "requests",
    "sandbox_messages",
)

WALL = """
    create policy organisation on {table} using (
        organisation_id = current_setting('watchword.organisation', true)
        or current_setting('watchword.organisation', true) = '*'
    )
"""


def upgrade() -> None:
    _api_keys()
    _audit_entries()
    _budgets()
    _challenges()
    _contact_points()
    _known_requesters()
    _messages()
    _organisation_keys()
    _organisations()
    _person_keys()
    _requests()
    _sandbox_messages()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            _wall(table)


def _wall(table: str) -> None:
    """Show the rows of an organisation to none but itself, whatever a query forgets to ask."""
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(WALL.format(table=table))


def _api_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("start", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index("api_keys_fingerprint", "api_keys", ["fingerprint"], unique=True)


def _audit_entries() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )


def _budgets() -> None:
    op.create_table(
        "budgets",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sends", sa.LargeBinary(), nullable=False),
        sa.Column("wrong", sa.LargeBinary(), nullable=False),
        sa.Column("wrong_in_a_row", sa.BigInteger(), nullable=False),
        sa.Column("blocked_until", sa.BigInteger(), nullable=True),
        sa.Column("touched_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "key"),
    )
    op.create_index(
        "budgets_touched_at",
        "budgets",
        ["touched_at"],
        unique=False,
        sqlite_where=sa.text("wrong_in_a_row = 0"),
        postgresql_where=sa.text("wrong_in_a_row = 0"),
    )


def _challenges() -> None:
    op.create_table(
        "challenges",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("requester", sa.Text(), nullable=True),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("code_tag", sa.LargeBinary(), nullable=False),
        sa.Column("key_version", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("attempts_left", sa.BigInteger(), nullable=False),
        sa.Column("sendings", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("resend_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    _challenges_indexes()


def _challenges_indexes() -> None:
    op.create_index(
        "challenges_expiring",
        "challenges",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("status = 'pending'"),
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_index(
        "challenges_pending",
        "challenges",
        ["organisation_id", "contact_id"],
        unique=False,
        sqlite_where=sa.text("status = 'pending'"),
        postgresql_where=sa.text("status = 'pending'"),
    )


def _contact_points() -> None:
    op.create_table(
        "contact_points",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("blind_index", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_value", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index(
        "contact_points_blind_index",
        "contact_points",
        ["organisation_id", "kind", "blind_index"],
        unique=True,
    )


def _known_requesters() -> None:
    op.create_table(
        "known_requesters",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("requester", sa.Text(), nullable=False),
        sa.Column("verified_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "contact_id", "requester"),
    )


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("priority", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("not_after", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index("messages_about", "messages", ["organisation_id", "about"], unique=False)
    op.create_index(
        "messages_queued",
        "messages",
        ["provider", "priority", "due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        "messages_sending",
        "messages",
        ["provider", "lease_until"],
        unique=False,
        sqlite_where=sa.text("state = 'sending'"),
        postgresql_where=sa.text("state = 'sending'"),
    )


def _organisation_keys() -> None:
    op.create_table(
        "organisation_keys",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root_version", sa.BigInteger(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "kind", "version"),
    )


def _organisations() -> None:
    op.create_table(
        "organisations",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id"),
    )
    op.create_index("organisations_slug", "organisations", ["slug"], unique=True)


def _person_keys() -> None:
    op.create_table(
        "person_keys",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("data_version", sa.BigInteger(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "person_id"),
    )
    op.create_index(
        "person_keys_data_version", "person_keys", ["organisation_id", "data_version"], unique=False
    )


def _requests() -> None:
    op.create_table(
        "requests",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "key"),
    )
    op.create_index("requests_at", "requests", ["at"], unique=False)


def _sandbox_messages() -> None:
    op.create_table(
        "sandbox_messages",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("blind_index", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index(
        "sandbox_messages_newest", "sandbox_messages", ["organisation_id", "at"], unique=False
    )
    op.create_index("sandbox_messages_at", "sandbox_messages", ["at"], unique=False)
    op.create_index(
        "sandbox_messages_to",
        "sandbox_messages",
        ["organisation_id", "blind_index", "at"],
        unique=False,
    )
