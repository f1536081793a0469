"""Consent: the book of who agreed to what, what holds now, who was asked, and what came in."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table

from watchword.migrations.schema.columns import id_, number, schema, text_

Table(
    "consent_texts",
    schema,
    id_(),
    id_("id"),
    text_("locale"),
    text_("text"),
    number("created_at"),
)

Table(
    "consent_records",
    schema,
    id_(),
    Column("digest", LargeBinary, primary_key=True),
    id_("scope"),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    text_("id"),
    text_("standing"),
    text_("source"),
    text_("text_id", null=True),
    text_("contact_id", null=True),
    number("created_at"),
    text_("created_by"),
    Index("consent_records_contact", "organisation_id", "contact_id"),
    Index("consent_records_id", "organisation_id", "id", unique=True),
)

Table(
    "consents",
    schema,
    id_(),
    id_("contact_id"),
    id_("scope"),
    number("since"),
    text_("record_id"),
)

Table(
    "opt_in_requests",
    schema,
    id_(),
    Column("digest", LargeBinary, primary_key=True),
    id_("scope"),
    text_("contact_id", null=True),
    text_("text_id"),
    number("asked"),
    number("asked_at"),
    text_("answer", null=True),
    Index("opt_in_requests_contact", "organisation_id", "contact_id"),
    Index("opt_in_requests_asked", "asked_at"),
)

Table(
    "incoming_texts",
    schema,
    id_(),
    id_("provider"),
    id_("reference"),
    Column("digest", LargeBinary, nullable=False),
    text_("meaning"),
    number("answered"),
    number("received_at"),
    Index("incoming_texts_digest", "organisation_id", "digest", "received_at"),
    Index("incoming_texts_received", "received_at"),
)
