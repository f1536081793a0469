"""The tables of the telephone: PINs, and what callers are asked."""

from watchword.features.audit.rules import Noun
from watchword.features.privacy.keeping import Keep
from watchword.features.privacy.mapping import (
    AS_LONG_AS_USED,
    FOR_GOOD,
    ONE_WAY,
    Link,
    Stays,
    Subject,
    Table,
    Term,
)

EVIDENCE = Stays("as evidence: it names random ids, and nobody by name or address")
OF_THE_HOUSE = "settings of the organisation, and not of the person"

TABLES = (
    Table(
        name="kept_pins",
        holds="PINs as sealed hashes, who chose them, and how many wrong ones came",
        terms=(
            Term(keep=Keep.AS_LONG_AS_USED),
            Term(
                keep=Keep.EVIDENCE,
                since="seen_at",
                where="customer_id is null",
            ),
        ),
        key=("subject",),
        links=(Link("customer_id", Subject.CUSTOMER),),
        section="pins",
        shows=(
            *("customer_id", "origin", "must_change", "wrong_in_a_row", "locked_at"),
            *("established_at", "changed_at", "created_at", "seen_at"),
        ),
        hides={"subject": "the customer once more", "sealed_hash": ONE_WAY},
    ),
    Table(
        name="earlier_pins",
        holds="the last PINs as sealed hashes, so that nobody takes one of them again",
        terms=(
            Term(keep=Keep.AS_LONG_AS_USED),
            Term(
                keep=Keep.EVIDENCE,
                since="created_at",
                where="customer_id is null",
            ),
        ),
        links=(Link("customer_id", Subject.CUSTOMER),),
        section="earlier_pins",
        shows=("id", "customer_id", "origin", "created_at"),
        hides={"subject": "the customer once more", "sealed_hash": ONE_WAY},
    ),
    Table(
        name="telephone_profiles",
        holds="what callers are asked",
        terms=AS_LONG_AS_USED,
        links=(Link("updated_by", Subject.STAFF, before=Noun.STAFF.prefix),),
        section="telephone_profiles",
        shows=("id", "version", "created_at", "updated_at", "updated_by"),
        hides={"known_as": OF_THE_HOUSE, "terms": OF_THE_HOUSE},
        fate=EVIDENCE,
    ),
    Table(
        name="telephone_profile_versions",
        holds="what callers were asked before, and who changed it",
        terms=FOR_GOOD,
        key=("profile_id", "version"),
        links=(Link("changed_by", Subject.STAFF, before=Noun.STAFF.prefix),),
        section="telephone_profiles_changed",
        shows=("profile_id", "version", "changed_by", "changed_at"),
        hides={"terms": OF_THE_HOUSE},
        fate=EVIDENCE,
    ),
    Table(
        name="telephone_sites",
        holds="what holds for all calls, as it is and as it was, and who changed it",
        terms=FOR_GOOD,
        key=("version",),
        links=(Link("changed_by", Subject.STAFF, before=Noun.STAFF.prefix),),
        section="telephone_changed",
        shows=("version", "changed_by", "changed_at"),
        hides={"site": OF_THE_HOUSE},
        fate=EVIDENCE,
    ),
)
