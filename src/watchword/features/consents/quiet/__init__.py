"""When nobody is written to who has not asked for it."""
