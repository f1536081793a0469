"""Customers: who they are, how they are found and reached, and what they hold."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table

from watchword.migrations.schema.columns import bytes_, id_, number, partial, schema, text_

Table(
    "customers",
    schema,
    id_(),
    id_("id"),
    text_("person_id"),
    bytes_("sealed_profile"),
    text_("locale"),
    text_("state"),
    text_("merged_into", null=True),
    text_("origin"),
    number("version"),
    number("created_at"),
    number("updated_at"),
    number("deleted_at", null=True),
    Index("customers_newest", "organisation_id", "created_at", "id"),
    Index("customers_person", "organisation_id", "person_id"),
    partial("customers_merged", "organisation_id", "merged_into", where="merged_into is not null"),
    partial("customers_deleted", "organisation_id", "deleted_at", where="deleted_at is not null"),
)

Table(
    "customer_terms",
    schema,
    id_(),
    Column("term", LargeBinary, primary_key=True),
    id_("customer_id"),
    Index("customer_terms_customer", "organisation_id", "customer_id"),
    sqlite_with_rowid=False,
)

Table(
    "customer_contacts",
    schema,
    id_(),
    id_("customer_id"),
    id_("contact_id"),
    text_("kind"),
    number("added_at"),
    number("verified_at", null=True),
    number("bad_since", null=True),
    Index("customer_contacts_contact", "organisation_id", "contact_id", "customer_id"),
)

Table(
    "left_contacts",
    schema,
    id_(),
    id_("customer_id"),
    id_("contact_id"),
    text_("kind"),
    number("left_at"),
    Index("left_contacts_contact", "organisation_id", "contact_id", "customer_id"),
    Index("left_contacts_left", "left_at"),
)

Table(
    "accounts",
    schema,
    id_(),
    id_("id"),
    number("points"),
    number("turnover"),
    number("bonus"),
    text_("currency"),
    number("created_at"),
    number("reserved", null=True),
    number("opening", null=True),
)

Table(
    "account_holders",
    schema,
    id_(),
    id_("account_id"),
    id_("customer_id"),
    text_("role"),
    number("since"),
    Index("account_holders_customer", "organisation_id", "customer_id"),
)

Table(
    "duplicates",
    schema,
    id_(),
    id_("id"),
    text_("first_id"),
    text_("second_id"),
    text_("because"),
    text_("state"),
    number("found_at"),
    text_("decided_by", null=True),
    number("decided_at", null=True),
    Index("duplicates_pair", "organisation_id", "first_id", "second_id", unique=True),
    Index("duplicates_second", "organisation_id", "second_id"),
    partial("duplicates_open", "organisation_id", "found_at", "id", where="state = 'open'"),
)

Table(
    "imports",
    schema,
    id_(),
    id_("id"),
    text_("state"),
    text_("mapping"),
    text_("dialect"),
    number("size"),
    number("place"),
    number("line"),
    number("rows_read"),
    number("rows_kept"),
    number("rows_known"),
    number("rows_refused"),
    number("rows_verified"),
    number("vouched"),
    text_("started_by"),
    number("started_at"),
    number("touched_at"),
    number("ended_at", null=True),
    number("rows_agreed", null=True),
    text_("wording", null=True),
    Index("imports_newest", "organisation_id", "started_at", "id"),
    partial("imports_working", "touched_at", where="state = 'checking' or state = 'running'"),
)

Table(
    "import_parts",
    schema,
    id_(),
    id_("import_id"),
    id_("kind"),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    number("made_at"),
    bytes_("sealed"),
    Index("import_parts_age", "made_at"),
)

Table(
    "import_keys",
    schema,
    id_(),
    Column("key", LargeBinary, primary_key=True),
    text_("id"),
    text_("customer_id"),
    text_("person_id"),
    bytes_("sealed_number", null=True),
    Index("import_keys_customer", "organisation_id", "customer_id"),
    sqlite_with_rowid=False,
)
