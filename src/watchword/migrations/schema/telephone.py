"""The telephone: profiles, what holds for all of them, and what both were before."""

from sqlalchemy import BigInteger, Column, Index, Table

from watchword.migrations.schema.columns import id_, number, schema, text_

Table(
    "telephone_profiles",
    schema,
    id_(),
    id_("id"),
    text_("known_as"),
    text_("terms"),
    number("version"),
    number("created_at"),
    number("updated_at"),
    text_("updated_by"),
    Index("telephone_profiles_known_as", "organisation_id", "known_as", unique=True),
)

Table(
    "telephone_profile_versions",
    schema,
    id_(),
    id_("profile_id"),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    text_("terms", null=True),
    text_("changed_by"),
    number("changed_at"),
)

Table(
    "telephone_sites",
    schema,
    id_(),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    text_("site"),
    text_("changed_by"),
    number("changed_at"),
)
