"""The tables of crossings, and of what was begun at the original."""

from watchword.features.privacy.keeping import Keep
from watchword.features.privacy.mapping import AS_LONG_AS_USED, Link, Subject, Table, Term

TABLES = (
    Table(
        name="crossings",
        holds="how far an organisation is across from another product",
        terms=AS_LONG_AS_USED,
        key=(),
    ),
    Table(
        name="crossed",
        holds="which code was begun at the other product, and what stands beside it here",
        terms=(Term(keep=Keep.COUNTS, since="begun_at"),),
        links=(Link("contact_id", Subject.CONTACT),),
        section="crossed",
        shows=("id", "scheme_id", "contact_id", "beside_id", "begun_at", "ended_at"),
    ),
    Table(
        name="crossing_pairs",
        holds="what both products said to one call, without whom it was about",
        terms=(Term(keep=Keep.DELIVERIES, since="created_at"),),
    ),
)
