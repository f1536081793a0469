"""The sandbox: what arrived, and what is still to happen."""

from sqlalchemy import Index, Table

from watchword.migrations.schema.columns import bytes_, id_, number, schema, text_

Table(
    "sandbox_happenings",
    schema,
    id_(),
    id_("id"),
    text_("message_id"),
    text_("what"),
    number("due_at"),
    number("lease_until", null=True),
    Index("sandbox_happenings_due", "due_at"),
)

Table("sandbox_seeds", schema, id_(), bytes_("seed"), number("drawn"))

Table(
    "sandbox_messages",
    schema,
    id_(),
    id_("id"),
    text_("channel"),
    bytes_("blind_index"),
    bytes_("sealed"),
    number("at"),
    Index("sandbox_messages_to", "organisation_id", "blind_index", "at"),
    Index("sandbox_messages_newest", "organisation_id", "at"),
    Index("sandbox_messages_at", "at"),
)
