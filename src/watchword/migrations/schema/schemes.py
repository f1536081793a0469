"""Schemes: how applications ask for codes under names of their own, and numbers that are spared."""

from sqlalchemy import Index, Table

from watchword.migrations.schema.columns import bytes_, id_, number, schema, text_

Table(
    "schemes",
    schema,
    id_(),
    id_("id"),
    text_("name"),
    text_("manner"),
    number("created_at"),
    number("changed_at"),
    Index("schemes_newest", "organisation_id", "created_at", "id"),
)

Table(
    "askings",
    schema,
    id_(),
    id_("id"),
    text_("scheme_id"),
    text_("contact_id"),
    text_("country", null=True),
    number("created_at"),
    number("vouched_at", null=True),
    bytes_("sealed_said", null=True),
    Index("askings_contact", "organisation_id", "contact_id", "scheme_id", "created_at"),
    Index("askings_newest", "organisation_id", "created_at", "id"),
    sqlite_with_rowid=False,
)

Table(
    "scheme_meters",
    schema,
    id_(),
    id_("id"),
    text_("scheme_id"),
    text_("name"),
    text_("description", null=True),
    number("created_at"),
    number("changed_at"),
    Index("scheme_meters_name", "organisation_id", "scheme_id", "name", unique=True),
)

Table(
    "scheme_bounds",
    schema,
    id_(),
    id_("id"),
    text_("meter_id"),
    text_("scheme_id"),
    number("most"),
    number("seconds"),
    number("created_at"),
    number("changed_at"),
    Index("scheme_bounds_seconds", "organisation_id", "meter_id", "seconds", unique=True),
    Index("scheme_bounds_scheme", "organisation_id", "scheme_id"),
)

Table(
    "scheme_senders",
    schema,
    id_(),
    id_("scheme_id"),
    id_("country"),
    text_("service_sid"),
    number("created_at"),
    number("changed_at"),
)

Table(
    "spared_numbers",
    schema,
    id_(),
    id_("id"),
    text_("contact_id"),
    number("created_at"),
    text_("created_by"),
    Index("spared_numbers_contact", "organisation_id", "contact_id", unique=True),
)
