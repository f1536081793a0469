"""Audiences: tags of customers, saved filters, and who stands on which list."""

from sqlalchemy import Index, Table

from watchword.migrations.schema.columns import id_, number, schema, text_

Table(
    "customer_tags",
    schema,
    id_(),
    id_("customer_id"),
    id_("tag"),
    number("added_at"),
    Index("customer_tags_tag", "organisation_id", "tag", "customer_id"),
)

Table(
    "audiences",
    schema,
    id_(),
    id_("id"),
    text_("name"),
    text_("filter", null=True),
    text_("tally", null=True),
    number("version"),
    number("created_at"),
    number("updated_at"),
    Index("audiences_name", "organisation_id", "name", unique=True),
    Index("audiences_newest", "organisation_id", "created_at", "id"),
)

Table(
    "audience_members",
    schema,
    id_(),
    id_("audience_id"),
    id_("customer_id"),
    number("added_at"),
    Index("audience_members_customer", "organisation_id", "customer_id"),
)
