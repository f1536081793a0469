"""Which rules are in force."""
