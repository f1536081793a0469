"""What is checked of what should not be there any more: that it is dropped by itself."""

from collections.abc import Sequence
from datetime import datetime

from watchword.cli.findings import Finding, ok, warning
from watchword.cli.printing import moment
from watchword.features.organisations.rules import Organisation
from watchword.features.privacy.retention.rules import LATE_AFTER, Run, late

NAMED_AT_MOST = 3


def check_retention(
    runs: Sequence[Run], organisations: Sequence[Organisation], now: datetime
) -> Finding:
    """Look whether what is kept for a while goes when the while is over."""
    behind = late(runs, now)
    if not behind:
        newest = max(run.ran_at for run in runs)
        return ok("retention", f"What is too old was last looked for at {moment(newest)}")
    if not any(now - each.created_at > LATE_AFTER for each in organisations):
        return ok("retention", "Nothing here is old yet")
    named = ", ".join(behind[:NAMED_AT_MOST])
    more = f" and {len(behind) - NAMED_AT_MOST} more" if len(behind) > NAMED_AT_MOST else ""
    return warning(
        "retention",
        f"What is too old has not been dropped for a day: {named}{more}",
        "Let `watchword serve` or `watchword work` run, and look for chore.failed in its log.",
    )
