"""Two customers who may be one person: found by us, decided by staff."""
