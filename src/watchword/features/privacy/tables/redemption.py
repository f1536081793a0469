"""The tables of sales at tills, and of what was had for points in them."""

from watchword.features.privacy.keeping import Keep
from watchword.features.privacy.mapping import (
    OF_NO_USE,
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
)
