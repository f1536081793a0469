"""The tables of wallets: where customers are signed in, and on which devices they are known."""

from watchword.features.privacy.keeping import Keep
from watchword.features.privacy.mapping import (
    AS_LONG_AS_USED,
    OF_NO_USE,
    ONE_WAY,
    Link,
    Opened,
    Subject,
    Table,
    Term,
)

ON_THEIR_DEVICE = "known to the person's own device"

TABLES = (
    Table(
        name="wallet_devices",
        holds="devices that customers trust; what they are called is sealed",
        terms=(Term(keep=Keep.SESSIONS, since="seen_at"),),
        links=(Link("customer_id", Subject.CUSTOMER),),
        section="wallet_devices",
        shows=("id", "customer_id", "created_at", "seen_at", "revoked_at"),
        hides={"public_key": ON_THEIR_DEVICE, "person_id": "shown with the customer"},
        opens=Opened("sealed_name", "name", "name", person="person_id"),
    ),
    Table(
        name="wallet_sessions",
        holds="where customers are signed in",
        terms=(Term(keep=Keep.SESSIONS, since="seen_at"),),
        links=(Link("customer_id", Subject.CUSTOMER), Link("contact_id", Subject.CONTACT)),
        section="wallet_sessions",
        shows=(
            *("id", "customer_id", "device_id", "signed_in_by", "contact_id"),
            *("created_at", "seen_at", "ended_at"),
        ),
        hides={"fingerprint": ONE_WAY},
    ),
    Table(
        name="wallet_arrivals",
        holds="who is on the way to a sign-in, for minutes",
        terms=(Term(keep=Keep.VERIFIERS, since="expires_at"),),
        links=(Link("contact_id", Subject.CONTACT), Link("customer_id", Subject.CUSTOMER)),
        section="wallet_arrivals",
        shows=(
            *("id", "kind", "state", "contact_id", "challenge_id", "customer_id"),
            *("created_at", "expires_at"),
        ),
        hides={"fingerprint": ONE_WAY, "sealed_facts": "it stands on their own screen"},
    ),
    Table(
        name="wallet_passkeys",
        holds="passkeys of customers; what they are called is sealed",
        terms=AS_LONG_AS_USED,
        links=(Link("customer_id", Subject.CUSTOMER),),
        section="wallet_passkeys",
        shows=("id", "customer_id", "transports", "is_synced", "created_at", "used_at"),
        hides={
            "credential_id": ON_THEIR_DEVICE,
            "public_key": ON_THEIR_DEVICE,
            "count": OF_NO_USE,
            "person_id": "shown with the customer",
        },
        opens=Opened("sealed_name", "name", "name", person="person_id"),
    ),
    Table(
        name="wallet_notices",
        holds="what customers were told of, for as long as they may object and a while longer",
        terms=(Term(keep=Keep.SESSIONS, since="created_at"),),
        links=(
            Link("customer_id", Subject.CUSTOMER),
            Link("contact_id", Subject.CONTACT),
            Link("old_contact_id", Subject.CONTACT),
        ),
        section="wallet_notices",
        shows=(
            *("id", "customer_id", "kind", "about_id", "contact_id", "old_contact_id"),
            *("created_at", "denied_at"),
        ),
        hides={"denial_tag": ONE_WAY},
    ),
    Table(
        name="wallet_challenges",
        holds="what browsers of customers were asked to sign",
        terms=(Term(keep=Keep.VERIFIERS, since="expires_at"),),
    ),
)
