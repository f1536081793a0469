"""Who works the console, and where they are signed in."""

from sqlalchemy import Index, Table

from watchword.migrations.schema.columns import bytes_, id_, number, schema, text_

Table(
    "staff",
    schema,
    id_(),
    id_("id"),
    text_("contact_id"),
    bytes_("sealed_name"),
    text_("locale"),
    text_("state"),
    text_("grants"),
    number("created_at"),
    number("joined_at", null=True),
    Index("staff_contact", "organisation_id", "contact_id", unique=True),
    Index("staff_created", "organisation_id", "created_at", "id"),
)

Table(
    "staff_sessions",
    schema,
    id_(),
    id_("id"),
    text_("staff_id"),
    bytes_("fingerprint"),
    text_("signed_in_by"),
    text_("device"),
    text_("address", null=True),
    number("created_at"),
    number("seen_at"),
    number("ended_at", null=True),
    Index("staff_sessions_fingerprint", "fingerprint", unique=True),
    Index("staff_sessions_staff", "organisation_id", "staff_id"),
    Index("staff_sessions_created", "created_at"),
)

Table(
    "staff_links",
    schema,
    id_(),
    id_("id"),
    text_("staff_id"),
    text_("kind"),
    bytes_("fingerprint"),
    number("created_at"),
    number("expires_at"),
    number("used_at", null=True),
    number("withdrawn_at", null=True),
    Index("staff_links_fingerprint", "fingerprint", unique=True),
    Index("staff_links_staff", "organisation_id", "staff_id"),
)

Table(
    "staff_numbers",
    schema,
    id_(),
    id_("staff_id"),
    text_("contact_id"),
    text_("challenge_id"),
    number("created_at"),
    number("confirmed_at", null=True),
    Index("staff_numbers_contact", "organisation_id", "contact_id"),
)

Table(
    "staff_recovery_codes",
    schema,
    id_(),
    id_("id"),
    text_("staff_id"),
    bytes_("fingerprint"),
    number("created_at"),
    number("used_at", null=True),
    Index("staff_recovery_codes_staff", "organisation_id", "staff_id"),
)
