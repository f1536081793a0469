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
        holds="how often somebody failed in a row, by a keyed index; a lock ends after a year",
        terms=(Term(keep=Keep.AS_LONG_AS_USED),),
        key=("number_index",),
    ),
    Table(
        name="call_writes",
        holds="that a PIN was sent to a core, and how that ended; while unknown, the PIN, sealed",
        terms=(Term(keep=Keep.EVIDENCE, since="begun_at"),),
        key=("call_id", "turn"),
    ),
    Table(
        name="call_figures",
        holds="what calls of each hour came to: counts",
        terms=(Term(keep=Keep.AS_LONG_AS_USED),),
        key=("hour", "profile_id", "outcome", "stage", "standing", "scenario"),
    ),
    Table(
        name="call_figure_hours",
        holds="which hours of calls are counted",
        terms=(Term(keep=Keep.AS_LONG_AS_USED),),
        key=("hour",),
    ),
    Table(
        name="pin_surveys",
        holds="whether PINs are counted day by day, and how that went",
        terms=(Term(keep=Keep.AS_LONG_AS_USED),),
        key=(),
    ),
    Table(
        name="pin_figures",
        holds="how many PINs stood how on each day: counts",
        terms=(Term(keep=Keep.AS_LONG_AS_USED),),
        key=("day", "standing", "scenario"),
    ),
)
