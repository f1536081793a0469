"""The tables of sales at tills, and of what was had for points in them."""

from watchword.features.privacy.keeping import Keep
from watchword.features.privacy.mapping import (
    AS_LONG_AS_USED,
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
        name="till_sessions",
        holds="sales at tills, and how their customers were let through",
        terms=(Term(keep=Keep.DELIVERIES, since="opened_at"),),
        links=(Link("contact_id", Subject.CONTACT), Link("customer_id", Subject.CUSTOMER)),
        section="till_sessions",
        shows=(
            *("id", "state", "kind", "location_id", "terminal_id", "contact_id", "customer_id"),
            *("card_id", "challenge_id", "reward_id", "amount", "points", "currency", "way"),
            *("locale", "opened_at", "expires_at", "proven_at", "ended_at"),
        ),
        hides={"client": OF_NO_USE, "staff": OF_NO_USE},
    ),
    Table(
        name="redemptions",
        holds="what was had for points",
        terms=(Term(keep=Keep.EVIDENCE, since="reserved_at"),),
        links=(Link("customer_id", Subject.CUSTOMER), Link("account_id", Subject.ACCOUNT)),
        section="redemptions",
        shows=(
            *("id", "session_id", "account_id", "customer_id", "reward_id", "state", "points"),
            *("value", "currency", "reversed", "way", "location_id", "terminal_id", "order_id"),
            *("reserved_at", "expires_at", "committed_at", "ended_at", "version"),
        ),
        hides={"client": OF_NO_USE, "staff": OF_NO_USE},
        fate=Emptied({"order_id": "null"}),
    ),
    Table(
        name="reversals",
        holds="what came back of redemptions, and under which reference",
        terms=(Term(keep=Keep.EVIDENCE, since="at"),),
        key=("redemption_id", "reference"),
    ),
    Table(
        name="vouchers",
        holds="rewards that customers took along, for tills without a line",
        terms=(
            Term(keep=Keep.AS_LONG_AS_USED),
            Term(keep=Keep.EVIDENCE, since="taken_at", where="state <> 'open'"),
        ),
        links=(Link("customer_id", Subject.CUSTOMER), Link("account_id", Subject.ACCOUNT)),
        section="vouchers",
        shows=(
            *("id", "customer_id", "account_id", "reward_id", "location_id", "state", "points"),
            *("value", "currency", "at_least", "pos_discount_id", "taken_at", "ends_at"),
            *("releases_at", "ended_at"),
        ),
        hides={"wish_id": OF_NO_USE, "key_version": OF_NO_USE, "digest": ONE_WAY},
        fate=Emptied({"pos_discount_id": "null"}),
    ),
    Table(
        name="voucher_uses",
        holds="which till took in which voucher, and what became of it",
        terms=(Term(keep=Keep.EVIDENCE, since="settled_at"),),
    ),
    Table(
        name="terminals",
        holds="registered tills, each known by a digest",
        terms=AS_LONG_AS_USED,
    ),
    Table(
        name="master_pins",
        holds="master PINs as sealed hashes, and who set them",
        terms=(
            Term(keep=Keep.AS_LONG_AS_USED),
            Term(keep=Keep.EVIDENCE, since="ended_at", where="ended_at is not null"),
        ),
    ),
    Table(
        name="override_uses",
        holds="who was let through without a code, and why: reasons are sealed",
        terms=(Term(keep=Keep.EVIDENCE, since="at"),),
        links=(Link("customer_id", Subject.CUSTOMER),),
        section="override_uses",
        shows=(
            *("id", "kind", "session_id", "redemption_id", "reward_id", "customer_id"),
            *("location_id", "terminal_id", "value", "currency", "at", "disputed_at"),
        ),
        hides={
            "staff": OF_NO_USE,
            "sealed_reason": "staff's own words",
            "dispute_tag": ONE_WAY,
        },
        fate=Emptied({"sealed_reason": "null", "dispute_tag": "null"}),
    ),
)
