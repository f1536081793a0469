"""Locations, settings of organisations, and what needs a second person."""

from sqlalchemy import BigInteger, Column, Index, Table

from watchword.migrations.schema.columns import bytes_, id_, number, partial, schema, text_

Table(
    "locations",
    schema,
    id_(),
    id_("id"),
    text_("name"),
    text_("known_as"),
    text_("time_zone", null=True),
    number("created_at"),
    number("closed_at", null=True),
    Index("locations_known_as", "organisation_id", "known_as", unique=True),
)

Table(
    "organisation_settings",
    schema,
    id_(),
    id_("scope"),
    id_("section"),
    number("version"),
    text_("content"),
    number("changed_at"),
    text_("changed_by"),
)

Table(
    "settings_versions",
    schema,
    id_(),
    id_("scope"),
    id_("section"),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    text_("content"),
    number("changed_at"),
    text_("changed_by"),
    text_("approved_by", null=True),
)

Table(
    "approval_requests",
    schema,
    id_(),
    id_("id"),
    text_("kind"),
    text_("subject"),
    bytes_("payload"),
    text_("reason"),
    text_("author"),
    text_("state"),
    number("created_at"),
    number("expires_at"),
    text_("decided_by", null=True),
    number("decided_at", null=True),
    text_("because", null=True),
    number("used_at", null=True),
    Index("approval_requests_created_at", "organisation_id", "created_at", "id"),
    partial(
        "approval_requests_open", "organisation_id", "created_at", "id", where="state = 'open'"
    ),
    partial("approval_requests_expiring", "expires_at", where="state = 'open'"),
)
