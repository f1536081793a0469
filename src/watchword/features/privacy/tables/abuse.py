"""The tables by which abuse is noticed."""

from watchword.features.privacy.keeping import Keep
from watchword.features.privacy.mapping import AS_LONG_AS_USED, Link, Subject, Table, Term

TABLES = (
    Table(name="abuse_rules", holds="rules of an organisation", terms=AS_LONG_AS_USED, key=()),
    Table(
        name="tallies",
        holds="how much there was, for rules that count",
        terms=(
            Term(
                keep=Keep.COUNTS,
                since="touched_at",
                where="blocked_until is null",
                by="abuse",
            ),
        ),
        key=("key",),
        links=(Link("key", Subject.CONTACT, before="destination:", goes_on=True),),
        section="tallies",
        shows=("key", "block_id", "blocked_until", "spares_known", "cleared_at", "touched_at"),
        hides={"parts": "counts: the messages themselves stand with the challenges"},
    ),
    Table(
        name="blocks",
        holds="what was blocked, masked",
        terms=(Term(keep=Keep.TRACES, since="expires_at", by="abuse"),),
        links=(Link("subject", Subject.CONTACT, before="destination:", goes_on=True),),
        section="blocks",
        shows=(
            *("id", "rule", "subject", "shown", "reason", "way_round", "channels"),
            *("created_at", "expires_at", "lifted_at", "lifted_by"),
        ),
    ),
    Table(
        name="starts",
        holds="what is left of each message that was asked for",
        terms=(Term(keep=Keep.TRACES, since="at", by="abuse"),),
        links=(Link("contact_id", Subject.CONTACT),),
        section="starts",
        shows=(
            *("id", "at", "contact_id", "country", "line", "dial_code", "prefix", "channel"),
            *("provider", "client", "requester", "is_known", "is_again", "price", "returned"),
            *("outcome", "times", "verified_at"),
        ),
    ),
    Table(
        name="answer_tallies",
        holds="how many answers were right",
        terms=(Term(keep=Keep.COUNTS, since="at", by="abuse"),),
        key=("kind", "seconds", "at", "shard"),
    ),
    Table(
        name="answered",
        holds="which contact points were counted there",
        terms=(Term(keep=Keep.COUNTS, since="touched_at", by="abuse"),),
        key=("contact_id",),
        links=(Link("contact_id", Subject.CONTACT),),
        section="answers_counted",
        shows=("contact_id", "right_at", "wrong_at", "touched_at"),
    ),
)
