"""Organisations, what opens them, and what is written down about them."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table, text

from watchword.migrations.schema.columns import bytes_, id_, number, partial, schema, text_

Table(
    "organisations",
    schema,
    id_(),
    text_("slug"),
    text_("name"),
    text_("mode"),
    text_("country"),
    text_("locale"),
    number("created_at"),
    Index("organisations_slug", "slug", unique=True),
)

Table(
    "organisation_keys",
    schema,
    id_(),
    id_("kind"),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    number("root_version"),
    bytes_("wrapped"),
)

Table(
    "api_keys",
    schema,
    id_(),
    id_("id"),
    text_("label"),
    text_("start"),
    bytes_("fingerprint"),
    text_("scopes"),
    number("created_at"),
    number("expires_at", null=True),
    number("revoked_at", null=True),
    Index("api_keys_fingerprint", "fingerprint", unique=True),
)

Table(
    "audit_entries",
    schema,
    id_(),
    id_("id"),
    number("at"),
    text_("action"),
    text_("actor"),
    text_("target"),
    text_("details"),
    number("leaf_position", null=True),
    bytes_("leaf_hash", null=True),
    partial("audit_entries_unsealed", "organisation_id", "at", where="leaf_position IS NULL"),
    Index(
        "audit_entries_leaf",
        *("organisation_id", "leaf_position"),
        unique=True,
        sqlite_where=text("leaf_position IS NOT NULL"),
        postgresql_where=text("leaf_position IS NOT NULL"),
    ),
    Index("audit_entries_at", "organisation_id", "at"),
    Index("audit_entries_action", "organisation_id", "action", "at"),
    Index("audit_entries_actor", "organisation_id", "actor", "at"),
    Index("audit_entries_target", "organisation_id", "target", "at"),
)

Table(
    "budgets",
    schema,
    id_(),
    id_("key"),
    bytes_("sends"),
    bytes_("wrong"),
    number("wrong_in_a_row"),
    number("blocked_until", null=True),
    number("touched_at"),
    partial("budgets_touched_at", "touched_at", where="wrong_in_a_row = 0"),
)

Table(
    "requests",
    schema,
    id_(),
    Column("key", LargeBinary, primary_key=True),
    bytes_("answer", null=True),
    number("at"),
    Index("requests_at", "at"),
)
