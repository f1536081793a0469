"""The wallet: on which devices customers are known, and when they are signed in."""

from sqlalchemy import Index, Table

from watchword.migrations.schema.columns import bytes_, id_, number, schema, text_

Table(
    "wallet_devices",
    schema,
    id_(),
    id_("id"),
    text_("customer_id"),
    text_("person_id"),
    bytes_("sealed_name"),
    bytes_("public_key"),
    number("created_at"),
    number("seen_at"),
    number("revoked_at", null=True),
    Index("wallet_devices_customer", "organisation_id", "customer_id", "created_at"),
    Index("wallet_devices_seen", "seen_at"),
)

Table(
    "wallet_sessions",
    schema,
    id_(),
    id_("id"),
    text_("customer_id"),
    text_("device_id", null=True),
    bytes_("fingerprint"),
    text_("signed_in_by"),
    text_("contact_id", null=True),
    number("created_at"),
    number("seen_at"),
    number("ended_at", null=True),
    Index("wallet_sessions_fingerprint", "organisation_id", "fingerprint", unique=True),
    Index("wallet_sessions_customer", "organisation_id", "customer_id", "created_at"),
    Index("wallet_sessions_seen", "seen_at"),
)

Table(
    "wallet_arrivals",
    schema,
    id_(),
    id_("id"),
    bytes_("fingerprint"),
    text_("kind"),
    text_("state"),
    text_("contact_id", null=True),
    text_("challenge_id", null=True),
    text_("customer_id", null=True),
    bytes_("sealed_facts"),
    number("created_at"),
    number("expires_at"),
    Index("wallet_arrivals_fingerprint", "organisation_id", "fingerprint", unique=True),
    Index("wallet_arrivals_expiring", "expires_at"),
)

Table(
    "wallet_passkeys",
    schema,
    id_(),
    id_("id"),
    text_("customer_id"),
    bytes_("credential_id"),
    bytes_("public_key"),
    number("count"),
    number("is_synced"),
    text_("transports"),
    text_("person_id"),
    bytes_("sealed_name"),
    number("created_at"),
    number("used_at", null=True),
    Index("wallet_passkeys_credential", "credential_id", unique=True),
    Index("wallet_passkeys_customer", "organisation_id", "customer_id"),
)

Table(
    "wallet_notices",
    schema,
    id_(),
    id_("id"),
    text_("customer_id"),
    text_("kind"),
    text_("about_id", null=True),
    text_("contact_id", null=True),
    text_("old_contact_id", null=True),
    bytes_("denial_tag"),
    number("created_at"),
    number("denied_at", null=True),
    Index("wallet_notices_customer", "organisation_id", "customer_id"),
    Index("wallet_notices_denial", "denial_tag", unique=True),
    Index("wallet_notices_created", "created_at"),
)

Table(
    "wallet_challenges",
    schema,
    id_(),
    id_("id"),
    text_("kind"),
    bytes_("challenge"),
    number("expires_at"),
    Index("wallet_challenges_expiry", "expires_at"),
)
