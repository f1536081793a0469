"""The tables of challenges, and of what went out because of them."""

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

CODE = "a code, or what is made of one: nobody gets to see it"
SAME_ELSEWHERE = "the same moments stand with the challenges and messages"

BARE = {"reference": "null", "requester": "null", "lane": "'open'", "route": "null"}
"""What these columns hold when all that identifies somebody is gone; what was proven stays."""

TABLES = (
    # First, for whoever answers holds the budget before the challenge.
    Table(
        name="budgets",
        holds="what was used up of limits",
        terms=(
            Term(
                keep=Keep.MONTHLY_COUNTS,
                since="touched_at",
                where="wrong_in_a_row = 0",
                by="limits",
            ),
            Term(keep=Keep.EVIDENCE, since="touched_at", where="wrong_in_a_row > 0"),
        ),
        key=("key",),
        links=(Link("key", Subject.CONTACT, goes_on=True),),
        section="limits",
        shows=("key", "wrong_in_a_row", "blocked_until", "touched_at"),
        hides={"sends": SAME_ELSEWHERE, "wrong": SAME_ELSEWHERE},
    ),
    Table(
        name="challenges",
        holds="what somebody was asked to prove, and the verdict",
        terms=(
            Term(
                keep=Keep.VERIFIERS,
                since="expires_at",
                where="(sealed is not null or length(code_tag) > 0)",
                empties={"sealed": "null", "code_tag": "''"},
                by="the end of the challenge",
            ),
            Term(
                keep=Keep.VERIFIERS,
                since="ended_at",
                where="denial_tag is not null and ended_at is not null",
                empties={"denial_tag": "null"},
            ),
            Term(
                keep=Keep.DELIVERIES,
                since="ended_at",
                where="route is not null and ended_at is not null",
                empties=BARE,
            ),
            Term(
                keep=Keep.EVIDENCE,
                since="ended_at",
                where="route is null and ended_at is not null",
            ),
        ),
        links=(Link("contact_id", Subject.CONTACT),),
        gives={Subject.CHALLENGE: "id"},
        section="challenges",
        shows=(
            *("id", "contact_id", "purpose", "channel", "locale", "reference", "requester", "lane"),
            *("status", "attempts_left", "sendings", "code_length", "route", "created_at"),
            *("expires_at", "resend_at", "next_step_at", "ended_at", "shown_at"),
        ),
        hides={
            "code_tag": CODE,
            "key_version": OF_NO_USE,
            "sealed": CODE,
            "denial_tag": ONE_WAY,
        },
        written=frozenset({"route"}),
        fate=Emptied({**BARE, "sealed": "null", "denial_tag": "null"}),
    ),
    Table(
        name="messages",
        holds="messages, their state and receipts; never a text that was sent",
        terms=(
            Term(
                keep=Keep.VERIFIERS,
                since="not_after",
                where="sealed is not null",
                empties={"sealed": "null"},
                by="the end of the message",
            ),
            Term(keep=Keep.DELIVERIES, since="ended_at", where="ended_at is not null"),
        ),
        links=(Link("about", Subject.CHALLENGE),),
        gives={Subject.MESSAGE: "id"},
        section="messages",
        shows=(
            *("id", "about", "channel", "provider", "template", "locale", "state", "reason"),
            *("reference", "attempts", "receipt", "receipt_reason", "receipt_at", "told"),
            *("reserved", "created_at", "due_at", "not_after", "ended_at"),
        ),
        hides={
            "sealed": CODE,
            "priority": OF_NO_USE,
            "pinned": OF_NO_USE,
            "lease_until": OF_NO_USE,
        },
        fate=Emptied({"sealed": "null", "reference": "null"}),
    ),
    Table(
        name="plans",
        holds="plans of fallback",
        terms=AS_LONG_AS_USED,
        key=("purpose",),
    ),
    Table(
        name="route_figures",
        holds="how many codes came back, by provider and by how numbers begin",
        terms=(
            Term(
                keep=Keep.FIGURES,
                since="day * 86400000000",
                by="figures",
            ),
        ),
        key=("channel", "number_start", "provider", "day"),
    ),
    Table(
        name="requests",
        holds="answers that are given again to the same request, sealed",
        terms=(Term(keep=Keep.ANSWERS, since="at", by="requests"),),
        key=("key",),
    ),
    Table(
        name="webhook_endpoints",
        holds="where events are told",
        terms=AS_LONG_AS_USED,
    ),
    Table(
        name="webhook_deliveries",
        holds="what was told to applications, sealed, and how that went",
        terms=(
            Term(
                keep=Keep.WEBHOOKS,
                since="ended_at",
                where="ended_at is not null",
                by="webhooks",
            ),
        ),
        links=(Link("about", Subject.CHALLENGE), Link("about", Subject.CONTACT)),
        section="told_to_applications",
        shows=(
            *("id", "endpoint_id", "event_id", "kind", "about", "state", "reason", "tries"),
            *("created_at", "due_at", "ended_at"),
        ),
        hides={
            "sealed": "what stands in it stands with the challenge too",
            "lease": OF_NO_USE,
            "lease_until": OF_NO_USE,
            "log": OF_NO_USE,
        },
    ),
    Table(
        name="sandbox_messages",
        holds="what test organisations sent, sealed",
        terms=(
            Term(keep=Keep.INBOXES, since="at", where="channel <> 'letter'", by="sandbox"),
            Term(keep=Keep.LETTERBOXES, since="at", by="sandbox"),
        ),
        links=(Link("blind_index", Subject.INBOX),),
        section="sandbox",
        shows=("id", "channel", "at"),
        hides={"blind_index": ONE_WAY, "sealed": CODE},
    ),
    Table(
        name="sandbox_happenings",
        holds="what is still to happen to a message in the sandbox",
        terms=(Term(keep=Keep.INBOXES, since="due_at", by="sandbox"),),
        links=(Link("message_id", Subject.MESSAGE),),
        section="sandbox_happenings",
        shows=("id", "message_id", "what", "due_at"),
        hides={"lease_until": OF_NO_USE},
    ),
    Table(
        name="sandbox_seeds",
        holds="the chance of a test organisation",
        terms=AS_LONG_AS_USED,
        key=(),
    ),
)
