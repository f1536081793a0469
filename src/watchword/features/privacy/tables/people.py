"""The tables that know people: where they can be reached, and who wants to hear no more."""

from watchword.features.privacy.keeping import Keep
from watchword.features.privacy.mapping import (
    FOR_GOOD,
    OF_NO_USE,
    ONE_WAY,
    Link,
    Opened,
    Stays,
    Subject,
    Table,
    Term,
)

UNREFERENCED = """
    not exists (
        select 1 from challenges c where c.organisation_id = contact_points.organisation_id
          and c.contact_id = contact_points.id and (c.route is not null or c.ended_at is null)
    )
    and not exists (
        select 1 from staff s where s.organisation_id = contact_points.organisation_id
          and s.contact_id = contact_points.id
    )
    and not exists (
        select 1 from staff_numbers t where t.organisation_id = contact_points.organisation_id
          and t.contact_id = contact_points.id
    )
    and not exists (
        select 1 from budgets b where b.organisation_id = contact_points.organisation_id
          and b.key >= contact_points.id || ':' and b.key < contact_points.id || ':zzzz'
          and substr(b.key, 1, length(contact_points.id) + 1) = contact_points.id || ':'
    )
    and not exists (
        select 1 from customer_contacts o
        where o.organisation_id = contact_points.organisation_id
          and o.contact_id = contact_points.id
    )
    and not exists (
        select 1 from consents n
        where n.organisation_id = contact_points.organisation_id
          and n.contact_id = contact_points.id
    )
    and not exists (
        select 1 from redeeming_blocks r
        where r.organisation_id = contact_points.organisation_id
          and r.contact_id = contact_points.id
    )
    and not exists (
        select 1 from spared_numbers x
        where x.organisation_id = contact_points.organisation_id
          and x.contact_id = contact_points.id
    )
    and not exists (
        select 1 from left_contacts l
        where l.organisation_id = contact_points.organisation_id
          and l.contact_id = contact_points.id
    )
"""
"""Nothing was asked of it for so long, nobody works here by it, no guesses stand against it, and it
is no customer's, nor was until lately, for whoever has a new PIN is told there; nobody agreed there
to anything, and no list names it of who may not redeem."""

TABLES = (
    Table(
        name="contact_points",
        holds="phone numbers, e-mail addresses and postal addresses, sealed",
        terms=(
            Term(keep=Keep.CONTACTS, since="created_at", where=UNREFERENCED, takes_the_person=True),
        ),
        links=(Link("id", Subject.CONTACT), Link("person_id", Subject.PERSON)),
        gives={Subject.CONTACT: "id", Subject.PERSON: "person_id"},
        section="contact_points",
        shows=("id", "person_id", "kind", "created_at"),
        hides={"blind_index": ONE_WAY},
        opens=Opened("sealed_value", "value", "address", person="person_id"),
    ),
    Table(
        name="person_keys",
        holds="the key that seals what is known of one person",
        terms=(
            Term(keep=Keep.CONTACTS, by="the contact point, with which it goes in one transaction"),
        ),
        key=("person_id",),
        links=(Link("person_id", Subject.PERSON),),
        section="keys",
        shows=("person_id",),
        hides={"data_version": OF_NO_USE, "wrapped": "a key, and no statement about anybody"},
    ),
    Table(
        name="known_requesters",
        holds="from where somebody has answered rightly, as digests",
        terms=(
            Term(keep=Keep.CONTACTS, by="the contact point, with which it goes in one transaction"),
        ),
        key=("contact_id", "requester"),
        links=(Link("contact_id", Subject.CONTACT),),
        section="known_requesters",
        shows=("contact_id", "requester", "verified_at"),
    ),
    Table(
        name="suppressions",
        holds="who wants to hear no more, as digests",
        terms=FOR_GOOD,
        key=("digest", "kind"),
        links=(Link("digest", Subject.OPT_OUT),),
        gives={Subject.SUPPRESSION: "id"},
        section="opt_outs",
        shows=("id", "kind", "contact_kind", "created_at", "created_by"),
        hides={"digest": ONE_WAY},
        fate=Stays("so that nobody writes to them again"),
    ),
    Table(
        name="retention_runs",
        holds="when what was too old was last dropped",
        terms=FOR_GOOD,
        key=("term",),
    ),
)
