"""PINs: what rests of those that customers have, and of the last ones before."""

from sqlalchemy import Index, Table

from watchword.migrations.schema.columns import bytes_, id_, number, schema, text_

Table(
    "kept_pins",
    schema,
    id_(),
    id_("subject"),
    text_("customer_id", null=True),
    bytes_("sealed_hash", null=True),
    text_("origin", null=True),
    number("must_change"),
    number("wrong_in_a_row"),
    number("locked_at", null=True),
    number("established_at", null=True),
    number("changed_at", null=True),
    number("created_at"),
    number("seen_at"),
    Index("kept_pins_customer", "organisation_id", "customer_id"),
    Index("kept_pins_seen", "seen_at"),
)

Table(
    "earlier_pins",
    schema,
    id_(),
    id_("id"),
    text_("subject"),
    text_("customer_id", null=True),
    bytes_("sealed_hash"),
    text_("origin"),
    number("created_at"),
    Index("earlier_pins_subject", "organisation_id", "subject", "created_at", "id"),
    Index("earlier_pins_customer", "organisation_id", "customer_id"),
    Index("earlier_pins_created", "created_at"),
)
