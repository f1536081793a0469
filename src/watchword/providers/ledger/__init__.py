"""Second places for what ledgers have signed."""
