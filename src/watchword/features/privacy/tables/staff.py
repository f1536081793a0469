"""The tables of those who work here."""

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

TABLES = (
    Table(
        name="staff",
        holds="who works the console; names are sealed",
        terms=AS_LONG_AS_USED,
        links=(Link("contact_id", Subject.CONTACT),),
        gives={Subject.STAFF: "id"},
        section="staff",
        shows=("id", "contact_id", "locale", "state", "grants", "created_at", "joined_at"),
        written=frozenset({"grants"}),
        opens=Opened("sealed_name", "name", "name"),
    ),
    Table(
        name="staff_sessions",
        holds="where they are signed in",
        terms=(
            Term(
                keep=Keep.ADDRESSES,
                since="seen_at",
                where="address is not null",
                empties={"address": "null"},
            ),
            Term(keep=Keep.SESSIONS, since="created_at", by="sessions"),
        ),
        links=(Link("staff_id", Subject.STAFF),),
        gives={Subject.SESSION: "id"},
        section="sessions",
        shows=(
            *("id", "staff_id", "signed_in_by", "device", "address"),
            *("created_at", "seen_at", "ended_at"),
        ),
        hides={"fingerprint": ONE_WAY},
    ),
    Table(
        name="staff_links",
        holds="invitations, and other addresses that are good for one thing, as digests",
        terms=(Term(keep=Keep.SESSIONS, since="expires_at"),),
        links=(Link("staff_id", Subject.STAFF),),
        section="links",
        shows=("id", "staff_id", "kind", "created_at", "expires_at", "used_at", "withdrawn_at"),
        hides={"fingerprint": ONE_WAY},
    ),
    Table(
        name="staff_recovery_codes",
        holds="recovery codes, as digests",
        terms=(Term(keep=Keep.SESSIONS, since="used_at", where="used_at is not null"),),
        links=(Link("staff_id", Subject.STAFF),),
        section="recovery_codes",
        shows=("id", "staff_id", "created_at", "used_at"),
        hides={"fingerprint": ONE_WAY},
    ),
    Table(
        name="staff_numbers",
        holds="on which telephone somebody tries what they write to others",
        terms=AS_LONG_AS_USED,
        key=("staff_id",),
        links=(Link("staff_id", Subject.STAFF), Link("contact_id", Subject.CONTACT)),
        section="test_numbers",
        shows=("staff_id", "contact_id", "challenge_id", "created_at", "confirmed_at"),
    ),
    Table(
        name="passkeys",
        holds="passkeys; what they are called is sealed",
        terms=AS_LONG_AS_USED,
        links=(Link("staff_id", Subject.STAFF),),
        gives={Subject.PASSKEY: "id"},
        section="passkeys",
        shows=("id", "staff_id", "transports", "is_synced", "created_at", "used_at"),
        hides={
            "credential_id": "known to the person's own device",
            "public_key": "known to the person's own device",
            "count": OF_NO_USE,
        },
        opens=Opened("sealed_name", "name", "name"),
    ),
    Table(
        name="sign_on_attempts",
        holds="sign-ins by another system that are under way",
        terms=(Term(keep=Keep.VERIFIERS, since="expires_at", by="sign-on"),),
    ),
    Table(
        name="passkey_challenges",
        holds="what browsers were asked to prove",
        terms=(Term(keep=Keep.VERIFIERS, since="expires_at", by="passkeys"),),
    ),
)
