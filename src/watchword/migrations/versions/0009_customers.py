"""Customers: who they are, how they are found and reached, and what they hold."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

TABLES = (
    "customers",
    "customer_terms",
    "customer_contacts",
    "accounts",
    "account_holders",
    "duplicates",
    "imports",
    "import_parts",
    "import_keys",
)

WALL = """
    create policy organisation on {table} using (
        organisation_id = current_setting('watchword.organisation', true)
        or current_setting('watchword.organisation', true) = '*'
    )
"""


def upgrade() -> None:
    _customers()
    _customer_terms()
    _customer_contacts()
    _accounts()
    _account_holders()
    _duplicates()
    _imports()
    _import_parts()
    _import_keys()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            _wall(table)


def _wall(table: str) -> None:
    """Show the rows of an organisation to none but itself, whatever a query forgets to ask."""
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(WALL.format(table=table))


def _customers() -> None:
    op.create_table(
        "customers",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("sealed_profile", sa.LargeBinary(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("merged_into", sa.Text(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index(
        "customers_deleted",
        "customers",
        ["organisation_id", "deleted_at"],
        sqlite_where=sa.text("deleted_at is not null"),
        postgresql_where=sa.text("deleted_at is not null"),
    )
    op.create_index(
        "customers_merged",
        "customers",
        ["organisation_id", "merged_into"],
        sqlite_where=sa.text("merged_into is not null"),
        postgresql_where=sa.text("merged_into is not null"),
    )
    op.create_index("customers_newest", "customers", ["organisation_id", "created_at", "id"])
    op.create_index("customers_person", "customers", ["organisation_id", "person_id"])


def _customer_terms() -> None:
    op.create_table(
        "customer_terms",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("term", sa.LargeBinary(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "term", "customer_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("customer_terms_customer", "customer_terms", ["organisation_id", "customer_id"])


def _customer_contacts() -> None:
    op.create_table(
        "customer_contacts",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("verified_at", sa.BigInteger(), nullable=True),
        sa.Column("bad_since", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "customer_id", "contact_id"),
    )
    op.create_index(
        "customer_contacts_contact",
        "customer_contacts",
        ["organisation_id", "contact_id", "customer_id"],
    )


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("turnover", sa.BigInteger(), nullable=False),
        sa.Column("bonus", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )


def _account_holders() -> None:
    op.create_table(
        "account_holders",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "account_id", "customer_id"),
    )
    op.create_index(
        "account_holders_customer", "account_holders", ["organisation_id", "customer_id"]
    )


def _duplicates() -> None:
    op.create_table(
        "duplicates",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("first_id", sa.Text(), nullable=False),
        sa.Column("second_id", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index(
        "duplicates_pair",
        "duplicates",
        ["organisation_id", "first_id", "second_id"],
        unique=True,
    )
    op.create_index("duplicates_second", "duplicates", ["organisation_id", "second_id"])
    op.create_index(
        "duplicates_open",
        "duplicates",
        ["organisation_id", "found_at", "id"],
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def _imports() -> None:
    op.create_table(
        "imports",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("dialect", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("rows_read", sa.BigInteger(), nullable=False),
        sa.Column("rows_kept", sa.BigInteger(), nullable=False),
        sa.Column("rows_known", sa.BigInteger(), nullable=False),
        sa.Column("rows_refused", sa.BigInteger(), nullable=False),
        sa.Column("rows_verified", sa.BigInteger(), nullable=False),
        sa.Column("vouched", sa.BigInteger(), nullable=False),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("touched_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id"),
    )
    op.create_index("imports_newest", "imports", ["organisation_id", "started_at", "id"])
    op.create_index(
        "imports_working",
        "imports",
        ["touched_at"],
        sqlite_where=sa.text("state = 'checking' or state = 'running'"),
        postgresql_where=sa.text("state = 'checking' or state = 'running'"),
    )


def _import_parts() -> None:
    op.create_table(
        "import_parts",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("import_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "import_id", "kind", "position"),
    )
    op.create_index("import_parts_age", "import_parts", ["made_at"])


def _import_keys() -> None:
    op.create_table(
        "import_keys",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("sealed_number", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "key"),
        sqlite_with_rowid=False,
    )
    op.create_index("import_keys_customer", "import_keys", ["organisation_id", "customer_id"])
