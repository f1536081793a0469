"""What is kept for how long, and who wants to hear no more."""

from sqlalchemy import Column, Index, LargeBinary, Table

from watchword.migrations.schema.columns import id_, number, schema, text_

Table(
    "suppressions",
    schema,
    id_(),
    Column("digest", LargeBinary, primary_key=True),
    id_("kind"),
    text_("id"),
    text_("contact_kind"),
    number("created_at"),
    text_("created_by"),
    Index("suppressions_newest", "organisation_id", "created_at", "id"),
)

Table(
    "retention_runs",
    schema,
    id_(),
    id_("term"),
    number("ran_at"),
    number("found"),
)
