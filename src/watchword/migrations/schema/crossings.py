"""Crossings: how far an organisation is across, what was begun there, and what both sides said."""

from sqlalchemy import Index, Table

from watchword.migrations.schema.columns import id_, number, schema, text_

Table(
    "crossings",
    schema,
    id_(),
    number("share"),
    text_("countries"),
    text_("without_them"),
    number("changed_at"),
    text_("changed_by"),
)

Table(
    "crossed",
    schema,
    id_(),
    id_("id"),
    text_("scheme_id"),
    text_("contact_id"),
    text_("beside_id", null=True),
    number("begun_at"),
    number("ended_at", null=True),
    Index("crossed_contact", "organisation_id", "contact_id", "scheme_id", "begun_at"),
    Index("crossed_begun", "begun_at"),
)

Table(
    "crossing_pairs",
    schema,
    id_(),
    id_("id"),
    text_("call"),
    number("their_status"),
    number("their_code", null=True),
    text_("their_standing", null=True),
    number("our_status"),
    number("our_code", null=True),
    text_("our_standing", null=True),
    number("created_at"),
    Index("crossing_pairs_newest", "organisation_id", "created_at"),
    Index("crossing_pairs_created", "created_at"),
)
