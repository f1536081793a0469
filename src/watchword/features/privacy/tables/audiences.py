"""The tables of audiences: tags of customers, and who stands on which list."""

from watchword.features.privacy.keeping import Keep
from watchword.features.privacy.mapping import AS_LONG_AS_USED, Link, Subject, Table, Term
from watchword.features.privacy.tables.customers import WITH_THE_CUSTOMER

OF_NO_LIST = """
    not exists (
        select 1 from audiences a
        where a.organisation_id = audience_members.organisation_id
          and a.id = audience_members.audience_id
    )
"""
"""Somebody stopped in the middle of writing it down."""

TABLES = (
    Table(
        name="customer_tags",
        holds="short words by which customers are told apart",
        terms=WITH_THE_CUSTOMER,
        key=("customer_id", "tag"),
        links=(Link("customer_id", Subject.CUSTOMER),),
        section="tags",
        shows=("customer_id", "tag", "added_at"),
    ),
    Table(
        name="audience_members",
        holds="which customers stand on the list of an audience",
        terms=(
            *WITH_THE_CUSTOMER,
            Term(keep=Keep.ANSWERS, since="added_at", where=OF_NO_LIST),
        ),
        key=("audience_id", "customer_id"),
        links=(Link("customer_id", Subject.CUSTOMER),),
        section="audiences",
        shows=("audience_id", "customer_id", "added_at"),
    ),
    Table(name="audiences", holds="whom an organisation means by a filter", terms=AS_LONG_AS_USED),
)
