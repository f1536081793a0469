"""The wallet: on which devices customers are known, and when they are signed in."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

TABLES = (
    "wallet_devices",
    "wallet_sessions",
    "wallet_arrivals",
    "wallet_passkeys",
    "wallet_notices",
    "wallet_challenges",
)

WALL = """
    create policy organisation on {table} using (
        organisation_id = current_setting('watchword.organisation', true)
        or current_setting('watchword.organisation', true) = '*'
    )
"""


def upgrade() -> None:
    _wallet_devices()
    _wallet_sessions()
    _wallet_arrivals()
    _wallet_passkeys()
    _wallet_notices()
    _wallet_challenges()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            _wall(table)


def _wall(table: str) -> None:
    """Show the rows of an organisation to none but itself, whatever a query forgets to ask."""
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(WALL.format(table=table))


def _wallet_devices() -> None:
    op.create_table(
        "wallet_devices",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index(
        "wallet_devices_customer",
        "wallet_devices",
        ["organisation_id", "customer_id", "created_at"],
    )
    op.create_index("wallet_devices_seen", "wallet_devices", ["seen_at"])


def _wallet_sessions() -> None:
    op.create_table(
        "wallet_sessions",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("device_id", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("signed_in_by", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index(
        "wallet_sessions_customer",
        "wallet_sessions",
        ["organisation_id", "customer_id", "created_at"],
    )
    op.create_index(
        "wallet_sessions_fingerprint",
        "wallet_sessions",
        ["organisation_id", "fingerprint"],
        unique=True,
    )
    op.create_index("wallet_sessions_seen", "wallet_sessions", ["seen_at"])


def _wallet_arrivals() -> None:
    op.create_table(
        "wallet_arrivals",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=True),
        sa.Column("challenge_id", sa.Text(), nullable=True),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("sealed_facts", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index("wallet_arrivals_expiring", "wallet_arrivals", ["expires_at"])
    op.create_index(
        "wallet_arrivals_fingerprint",
        "wallet_arrivals",
        ["organisation_id", "fingerprint"],
        unique=True,
    )


def _wallet_passkeys() -> None:
    op.create_table(
        "wallet_passkeys",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("is_synced", sa.BigInteger(), nullable=False),
        sa.Column("transports", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index("wallet_passkeys_credential", "wallet_passkeys", ["credential_id"], unique=True)
    op.create_index(
        "wallet_passkeys_customer", "wallet_passkeys", ["organisation_id", "customer_id"]
    )


def _wallet_notices() -> None:
    op.create_table(
        "wallet_notices",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about_id", sa.Text(), nullable=True),
        sa.Column("contact_id", sa.Text(), nullable=True),
        sa.Column("old_contact_id", sa.Text(), nullable=True),
        sa.Column("denial_tag", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("denied_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index("wallet_notices_created", "wallet_notices", ["created_at"])
    op.create_index("wallet_notices_customer", "wallet_notices", ["organisation_id", "customer_id"])
    op.create_index("wallet_notices_denial", "wallet_notices", ["denial_tag"], unique=True)


def _wallet_challenges() -> None:
    op.create_table(
        "wallet_challenges",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index("wallet_challenges_expiry", "wallet_challenges", ["expires_at"])
