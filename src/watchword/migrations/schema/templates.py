"""Words of an organisation's own."""

from sqlalchemy import BigInteger, Column, Table

from watchword.migrations.schema.columns import id_, number, partial, schema, text_

Table(
    "own_words",
    schema,
    id_(),
    id_("purpose"),
    id_("channel"),
    id_("locale"),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    text_("id"),
    text_("words", null=True),
    number("created_at"),
    text_("created_by"),
    number("replaced_at", null=True),
    partial("own_words_in_force", "organisation_id", where="replaced_at IS NULL"),
)
