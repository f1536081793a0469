"""What was taken from customers, and where reasons are found that have to be sealed anew."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

WALL = """
    create policy organisation on left_contacts using (
        organisation_id = current_setting('watchword.organisation', true)
        or current_setting('watchword.organisation', true) = '*'
    )
"""


def upgrade() -> None:
    op.create_table(
        "left_contacts",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("left_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "customer_id", "contact_id"),
    )
    op.create_index(
        "left_contacts_contact", "left_contacts", ["organisation_id", "contact_id", "customer_id"]
    )
    op.create_index("left_contacts_left", "left_contacts", ["left_at"])
    op.create_index(
        "verifications_reasons",
        "verifications",
        ["organisation_id", "customer_id"],
        sqlite_where=sa.text("sealed_reason is not null"),
        postgresql_where=sa.text("sealed_reason is not null"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("alter table left_contacts enable row level security")
        op.execute("alter table left_contacts force row level security")
        op.execute(WALL)
