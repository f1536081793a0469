"""The tables of calls on the telephone."""

from watchword.features.privacy.keeping import Keep
from watchword.features.privacy.mapping import Table, Term

TABLES = (
    Table(
        name="calls",
        holds="how telephone calls went; what was heard is sealed, and let go of at their end",
        terms=(Term(keep=Keep.DELIVERIES, since="started_at"),),
    ),
    Table(
        name="call_lines",
        holds="what happened in a call, without a digit",
        terms=(Term(keep=Keep.DELIVERIES, since="at"),),
        key=("call_id", "position"),
    ),
    Table(
        name="call_locks",
        holds="how often somebody failed in a row, by a keyed index of a number",
        terms=(Term(keep=Keep.AS_LONG_AS_USED),),
        key=("number_index",),
    ),
    Table(
        name="call_writes",
        holds="that a PIN was sent to a banking core, and how that ended",
        terms=(Term(keep=Keep.EVIDENCE, since="begun_at"),),
        key=("call_id", "turn"),
    ),
)
