"""What we know of members of a core beside what the core says."""
