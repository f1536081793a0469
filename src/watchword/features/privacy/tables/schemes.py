"""The tables of schemes, and of what was asked for under them."""

from watchword.features.privacy.keeping import Keep
from watchword.features.privacy.mapping import AS_LONG_AS_USED, Link, Opened, Subject, Table, Term

OF_EACH = "organisation_id in (select organisation_id from organisations)"
"""All of them, and in an order that they have already: no index is kept for the sweep alone."""

TABLES = (
    Table(
        name="schemes",
        holds="how applications ask for codes under names of their own",
        terms=AS_LONG_AS_USED,
    ),
    Table(
        name="askings",
        holds="under which scheme a code was asked for, with payee, amount and tags sealed",
        terms=(Term(keep=Keep.DELIVERIES, since="created_at", where=OF_EACH),),
        links=(Link("contact_id", Subject.CONTACT),),
        section="askings",
        shows=("id", "scheme_id", "contact_id", "country", "created_at", "vouched_at"),
        opens=Opened("sealed_said", "said", "said", is_json=True),
    ),
    Table(
        name="scheme_meters",
        holds="by what applications let themselves be counted",
        terms=AS_LONG_AS_USED,
    ),
    Table(
        name="scheme_bounds",
        holds="how much of it there may be",
        terms=AS_LONG_AS_USED,
    ),
    Table(
        name="scheme_senders",
        holds="which sender was chosen for which country",
        terms=AS_LONG_AS_USED,
        key=("scheme_id", "country"),
    ),
    Table(
        name="spared_numbers",
        holds="numbers that rules against pumping let through",
        terms=AS_LONG_AS_USED,
        links=(Link("contact_id", Subject.CONTACT),),
        section="spared_numbers",
        shows=("id", "contact_id", "created_at", "created_by"),
    ),
)
