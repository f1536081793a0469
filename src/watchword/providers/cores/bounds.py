"""What a core is asked for at most, and how much of its answer is taken."""

from typing import Final

MEMBERS_AT_MOST: Final = 50
"""To whom one number leads."""
LONGEST_VALUE: Final = 64
"""Characters of what somebody is looked for by, or named by."""
