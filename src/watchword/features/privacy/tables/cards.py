"""The tables of cards: whose they are, what is proven about them, and what waits."""

from watchword.features.privacy.keeping import Keep
from watchword.features.privacy.mapping import (
    OF_NO_USE,
    ONE_WAY,
    Emptied,
    Link,
    Subject,
    Table,
    Term,
)

TABLES = (
    Table(
        name="cards",
        holds="customer cards, their numbers sealed",
        terms=(
            Term(keep=Keep.AS_LONG_AS_USED),
            Term(keep=Keep.EVIDENCE, since="deleted_at", where="deleted_at is not null"),
        ),
        links=(Link("customer_id", Subject.CUSTOMER),),
        gives={Subject.CARD: "id", Subject.ACCOUNT: "account_id"},
        section="cards",
        shows=(
            *("id", "account_id", "customer_id", "last_four", "state", "method", "assurance"),
            *("verified_at", "frozen_at", "version", "created_at", "updated_at", "deleted_at"),
        ),
        hides={
            "number_index": ONE_WAY,
            "sealed_number": "the number, of which the last digits are shown",
            "linked_from": "somebody else, perhaps",
        },
    ),
    Table(
        name="verifications",
        holds="what was confirmed about cards, and withdrawn, with reasons sealed",
        terms=(
            Term(keep=Keep.AS_LONG_AS_USED),
            Term(
                keep=Keep.EVIDENCE,
                since="at",
                where="""
                    not exists (
                        select 1 from cards c
                        where c.organisation_id = verifications.organisation_id
                          and c.id = verifications.card_id
                    )
                """,
            ),
        ),
        links=(Link("customer_id", Subject.CUSTOMER),),
        section="verifications",
        shows=(
            *("id", "card_id", "position", "customer_id", "kind", "method", "assurance"),
            *("because", "location_id", "challenge_id", "contact_id", "evidence", "at"),
        ),
        hides={"actor": OF_NO_USE, "sealed_reason": "staff's own words", "denial_tag": ONE_WAY},
        fate=Emptied(
            {
                "sealed_reason": "null",
                "contact_id": "null",
                "challenge_id": "null",
                "denial_tag": "null",
            }
        ),
    ),
    Table(
        name="card_attempts",
        holds="codes on their way, and references that somebody is to show",
        terms=(
            Term(keep=Keep.VERIFIERS, since="expires_at", where="reference_index is not null"),
            Term(keep=Keep.AS_LONG_AS_USED),
        ),
        key=("card_id",),
        links=(Link("card_id", Subject.CARD), Link("contact_id", Subject.CONTACT)),
        section="card_attempts",
        shows=("card_id", "method", "challenge_id", "contact_id", "created_at", "expires_at"),
        hides={"reference_index": ONE_WAY, "sealed_reference": "it stands on their own screen"},
    ),
    Table(
        name="registrations",
        holds="who has begun to register in which browser, known by a digest",
        terms=(
            Term(
                keep=Keep.AS_LONG_AS_USED,
                by="registration, which gives an old card back in the same transaction",
            ),
        ),
        links=(Link("customer_id", Subject.CUSTOMER), Link("card_id", Subject.CARD)),
        section="registrations",
        shows=("id", "customer_id", "card_id", "state", "created_at", "expires_at"),
        hides={"session_tag": ONE_WAY},
    ),
    Table(
        name="card_claims",
        holds="who may have an old card, and what staff decided",
        terms=(
            Term(keep=Keep.AS_LONG_AS_USED),
            Term(keep=Keep.EVIDENCE, since="decided_at", where="decided_at is not null"),
        ),
        links=(Link("customer_id", Subject.CUSTOMER), Link("card_id", Subject.CARD)),
        section="card_claims",
        shows=("id", "customer_id", "card_id", "because", "state", "created_at", "decided_at"),
        hides={
            "candidates": "cards that are somebody else's, perhaps",
            "decided_by": OF_NO_USE,
        },
    ),
)
