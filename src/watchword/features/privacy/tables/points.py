"""The tables of points: how accounts came by them, and what may be had for them."""

from watchword.features.privacy.keeping import Keep
from watchword.features.privacy.mapping import (
    AS_LONG_AS_USED,
    OF_NO_USE,
    Emptied,
    Link,
    Subject,
    Table,
    Term,
)

OF_NOBODY = """
    not exists (
        select 1 from account_holders h
        where h.organisation_id = point_transfers.organisation_id
          and h.account_id = coalesce(point_transfers.other_account_id, point_transfers.account_id)
    )
    and not exists (
        select 1 from cards c
        where c.organisation_id = point_transfers.organisation_id
          and c.account_id = coalesce(point_transfers.other_account_id, point_transfers.account_id)
    )
"""
"""Nobody holds the account, and that of one which went into another is the other."""

TABLES = (
    Table(
        name="point_transfers",
        holds="how accounts came by points, and what became of them",
        terms=(
            Term(keep=Keep.AS_LONG_AS_USED),
            Term(keep=Keep.EVIDENCE, since="at", where=OF_NOBODY),
        ),
        links=(
            Link("account_id", Subject.ACCOUNT),
            Link("other_account_id", Subject.ACCOUNT),
        ),
        gives={Subject.ACCOUNT: "account_id"},
        section="point_transfers",
        shows=(
            *("id", "account_id", "other_account_id", "kind", "giver", "taker", "points"),
            *("redemption_id", "rules", "amount", "reference", "location_id", "at"),
        ),
        hides={"actor": OF_NO_USE, "reason": "staff's own words"},
        fate=Emptied({"reference": "null", "reason": "null"}),
    ),
    Table(
        name="earn_rules",
        holds="by which purchases points are earned",
        terms=AS_LONG_AS_USED,
    ),
    Table(
        name="rewards",
        holds="what may be had for points",
        terms=AS_LONG_AS_USED,
    ),
    Table(
        name="redeeming_blocks",
        holds="who may collect, and not redeem",
        terms=(
            Term(keep=Keep.AS_LONG_AS_USED),
            Term(keep=Keep.EVIDENCE, since="ends_at", where="ends_at is not null"),
        ),
        key=("contact_id",),
        links=(Link("contact_id", Subject.CONTACT),),
        section="redeeming_blocks",
        shows=("contact_id", "ends_at", "created_at"),
        hides={"reason": "staff's own words", "made_by": OF_NO_USE},
    ),
)
