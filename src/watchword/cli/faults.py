"""What an operator is told when something has failed that may fail."""

from typing import NoReturn

from watchword.cli.printing import REFUSED, TRY_LATER, leave
from watchword.foundation.errors import WatchwordError
from watchword.foundation.storage import HeldTooLong, StorageConflict, StorageUnavailable

PASSING = (HeldTooLong, StorageConflict, StorageUnavailable)


def leave_for(fault: WatchwordError) -> NoReturn:
    leave(str(fault), TRY_LATER if isinstance(fault, PASSING) else REFUSED)
