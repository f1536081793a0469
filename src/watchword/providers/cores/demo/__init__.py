"""The core in memory, with some thirty members of whom nobody exists."""
