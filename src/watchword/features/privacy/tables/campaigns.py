"""The tables of campaigns: what was written to many, and who got it."""

from watchword.features.privacy.keeping import Keep
from watchword.features.privacy.mapping import (
    AS_LONG_AS_USED,
    Emptied,
    Link,
    Subject,
    Table,
    Term,
)

IS_OVER = """
    not exists (
        select 1 from campaigns c
        where c.organisation_id = campaign_recipients.organisation_id
          and c.number = campaign_recipients.campaign and c.ended_at is null
    )
"""

TABLES = (
    Table(
        name="campaign_recipients",
        holds="who got a campaign at which contact point, and what they did with it",
        terms=(
            Term(keep=Keep.AS_LONG_AS_USED),
            Term(keep=Keep.EVIDENCE, since="added_at", where=IS_OVER),
        ),
        key=("campaign", "number"),
        links=(Link("customer_id", Subject.CUSTOMER), Link("contact_id", Subject.CONTACT)),
        section="campaign_recipients",
        shows=(
            *("campaign", "number", "customer_id", "contact_id", "added_at", "state", "reason"),
            *("due_at", "sent_at", "delivered_at", "opened_at", "passed_at", "clicked_at"),
            *("opted_out_at", "redeemed_at"),
        ),
        fate=Emptied({"customer_id": "null", "contact_id": "null"}),
    ),
    Table(
        name="campaigns",
        holds="what organisations wrote to many, and to whom they meant it",
        terms=AS_LONG_AS_USED,
    ),
)
