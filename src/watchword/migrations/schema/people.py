"""People: their keys, and where they can be reached."""

from sqlalchemy import Index, Table

from watchword.migrations.schema.columns import bytes_, id_, number, schema, text_

Table(
    "person_keys",
    schema,
    id_(),
    id_("person_id"),
    number("data_version"),
    bytes_("wrapped"),
    Index("person_keys_data_version", "organisation_id", "data_version"),
)

Table(
    "contact_points",
    schema,
    id_(),
    id_("id"),
    text_("person_id"),
    text_("kind"),
    bytes_("blind_index"),
    bytes_("sealed_value"),
    number("created_at"),
    Index("contact_points_blind_index", "organisation_id", "kind", "blind_index", unique=True),
    Index("contact_points_person", "organisation_id", "person_id"),
)

Table(
    "known_requesters",
    schema,
    id_(),
    id_("contact_id"),
    id_("requester"),
    number("verified_at"),
)
