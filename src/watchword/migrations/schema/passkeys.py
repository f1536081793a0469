"""Passkeys of staff, and who is on the way to a sign-in."""

from sqlalchemy import Index, Table

from watchword.migrations.schema.columns import bytes_, id_, number, schema, text_

Table(
    "passkeys",
    schema,
    id_(),
    id_("id"),
    text_("staff_id"),
    bytes_("credential_id"),
    bytes_("public_key"),
    number("count"),
    number("is_synced"),
    text_("transports"),
    bytes_("sealed_name"),
    number("created_at"),
    number("used_at", null=True),
    Index("passkeys_credential", "credential_id", unique=True),
    Index("passkeys_staff", "organisation_id", "staff_id"),
)

Table(
    "passkey_challenges",
    schema,
    id_(),
    id_("id"),
    text_("kind"),
    bytes_("challenge"),
    number("expires_at"),
    Index("passkey_challenges_expiry", "expires_at"),
)

Table(
    "sign_on_attempts",
    schema,
    id_(),
    id_("id"),
    text_("next"),
    text_("carried"),
    number("expires_at"),
    Index("sign_on_attempts_expiry", "expires_at"),
)
