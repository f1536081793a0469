"""Points: what accounts have, how they came by it, and what became of it."""
