"""The tables of customers: who they are, how they are found, and what they hold."""

from watchword.features.privacy.keeping import Keep
from watchword.features.privacy.mapping import (
    OF_NO_USE,
    ONE_WAY,
    Emptied,
    Link,
    Opened,
    Stays,
    Subject,
    Table,
    Term,
)

HELD_BY_NOBODY = """
    not exists (
        select 1 from account_holders h
        where h.organisation_id = accounts.organisation_id and h.account_id = accounts.id
    )
    and not exists (
        select 1 from cards c
        where c.organisation_id = accounts.organisation_id and c.account_id = accounts.id
    )
"""
WITH_THE_CUSTOMER = (
    Term(keep=Keep.AS_LONG_AS_USED, by="the customer, with whom it goes in one transaction"),
)

TABLES = (
    Table(
        name="customers",
        holds="customers, their names and dates of birth sealed",
        terms=(
            Term(keep=Keep.AS_LONG_AS_USED),
            Term(keep=Keep.EVIDENCE, since="deleted_at", where="deleted_at is not null"),
        ),
        links=(Link("id", Subject.CUSTOMER), Link("merged_into", Subject.CUSTOMER)),
        gives={Subject.CUSTOMER: "id", Subject.PERSON: "person_id"},
        section="customers",
        shows=(
            *("id", "person_id", "locale", "state", "merged_into", "origin", "version"),
            *("created_at", "updated_at", "deleted_at"),
        ),
        opens=Opened("sealed_profile", "profile", "profile", person="person_id", is_json=True),
        fate=Emptied({"state": "'erased'"}),
    ),
    Table(
        name="customer_terms",
        holds="by which words names are found, as digests",
        terms=WITH_THE_CUSTOMER,
        key=("term", "customer_id"),
        links=(Link("customer_id", Subject.CUSTOMER),),
        section="customer_terms",
        shows=("customer_id",),
        hides={"term": ONE_WAY},
    ),
    Table(
        name="customer_contacts",
        holds="which contact point is whose, and whether it works",
        terms=WITH_THE_CUSTOMER,
        key=("customer_id", "contact_id"),
        # It leads to nobody: whoever shares a telephone is not told of the others.
        links=(Link("customer_id", Subject.CUSTOMER), Link("contact_id", Subject.CONTACT)),
        section="customer_contacts",
        shows=("customer_id", "contact_id", "kind", "added_at", "verified_at", "bad_since"),
    ),
    Table(
        name="left_contacts",
        holds="which contact point was whose until lately: nobody verifies their own card by it, "
        "and whoever has a new PIN is told there, too",
        terms=(Term(keep=Keep.FORMER, since="left_at"),),
        key=("customer_id", "contact_id"),
        links=(Link("customer_id", Subject.CUSTOMER), Link("contact_id", Subject.CONTACT)),
        section="former_contacts",
        shows=("customer_id", "contact_id", "kind", "left_at"),
    ),
    Table(
        name="account_holders",
        holds="who holds which account",
        terms=WITH_THE_CUSTOMER,
        key=("account_id", "customer_id"),
        links=(Link("customer_id", Subject.CUSTOMER),),
        gives={Subject.ACCOUNT: "account_id"},
        section="account_holders",
        shows=("account_id", "customer_id", "role", "since"),
    ),
    Table(
        name="accounts",
        holds="points, turnover and bonus credit",
        terms=(
            Term(keep=Keep.AS_LONG_AS_USED),
            Term(keep=Keep.EVIDENCE, since="created_at", where=HELD_BY_NOBODY),
        ),
        links=(Link("id", Subject.ACCOUNT),),
        section="accounts",
        shows=("id", "points", "reserved", "turnover", "bonus", "currency", "created_at"),
        hides={"opening": "what `points` began with, before the first transfer"},
        fate=Stays("without a holder they are sums that say nothing of anybody"),
    ),
    Table(
        name="duplicates",
        holds="which customers may be one person, and what staff said about it",
        terms=(
            Term(keep=Keep.AS_LONG_AS_USED),
            Term(keep=Keep.EVIDENCE, since="decided_at", where="decided_at is not null"),
        ),
        links=(Link("first_id", Subject.CUSTOMER), Link("second_id", Subject.CUSTOMER)),
        section="duplicates",
        shows=("id", "because", "state", "found_at", "decided_at"),
        hides={
            "first_id": "one of the two is somebody else",
            "second_id": "likewise",
            "decided_by": OF_NO_USE,
        },
    ),
    Table(
        name="imports",
        holds="what was brought from elsewhere, as counts",
        terms=(Term(keep=Keep.EVIDENCE, since="ended_at", where="ended_at is not null"),),
    ),
    Table(
        name="import_parts",
        holds="files that were brought, sealed, until they are taken in",
        terms=(Term(keep=Keep.ANSWERS, by="imports"),),
        key=("import_id", "kind", "position"),
    ),
    Table(
        name="import_keys",
        holds="what rows of files are known by when they come again, as digests",
        terms=WITH_THE_CUSTOMER,
        key=("key",),
        links=(Link("customer_id", Subject.CUSTOMER),),
        section="customer_numbers",
        shows=("id", "customer_id"),
        hides={"key": ONE_WAY, "person_id": "shown with the customer"},
        opens=Opened("sealed_number", "number", "number", person="person_id"),
    ),
)
