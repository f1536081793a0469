"""The tables of gates before pages of campaigns."""

from watchword.features.privacy.keeping import Keep
from watchword.features.privacy.mapping import OF_NO_USE, Link, Subject, Table, Term

TABLES = (
    Table(
        name="gate_tries",
        holds="how often somebody was wrong at a link, and which code it waits for",
        terms=(Term(keep=Keep.COUNTS, since="touched_at"),),
        key=("campaign", "recipient"),
        links=(Link("challenge_id", Subject.CHALLENGE),),
        section="gate_tries",
        shows=("used", "pauses", "paused_until", "challenge_id", "touched_at"),
        hides={"campaign": OF_NO_USE, "recipient": OF_NO_USE},
    ),
    Table(
        name="gate_passes",
        holds="who may look at a campaign without being a recipient; codes as digests",
        terms=(Term(keep=Keep.SESSIONS, since="expires_at"),),
    ),
)
