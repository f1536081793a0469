"""Landing pages, sealed; their pictures, a row for each size; and their earlier editions."""

from sqlalchemy import BigInteger, Column, Index, Table

from watchword.migrations.schema.columns import bytes_, id_, number, schema, text_

Table(
    "pages",
    schema,
    id_(),
    id_("id"),
    text_("name"),
    text_("state"),
    text_("locales"),
    number("valid_from", null=True),
    number("valid_until", null=True),
    text_("zone"),
    number("shown_version", null=True),
    number("shown_at", null=True),
    text_("shown_locales", null=True),
    number("shown_from", null=True),
    number("shown_until", null=True),
    number("version"),
    number("created_at"),
    number("updated_at"),
    text_("updated_by"),
    bytes_("locked_key"),
    bytes_("content"),
    bytes_("shown_content", null=True),
    bytes_("shown_rewards", null=True),
    Index("pages_newest", "organisation_id", "created_at", "id"),
)

Table(
    "page_pictures",
    schema,
    id_(),
    id_("id"),
    Column("width", BigInteger, primary_key=True, autoincrement=False),
    number("height"),
    text_("page_id"),
    bytes_("content"),
    number("added_at"),
    Index("page_pictures_page", "organisation_id", "page_id"),
)

Table(
    "page_editions",
    schema,
    id_(),
    id_("page_id"),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    text_("locales"),
    number("valid_from", null=True),
    number("valid_until", null=True),
    number("shown_at"),
    bytes_("content"),
    bytes_("rewards", null=True),
)
