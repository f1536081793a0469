"""What is left of each start for a while, so that rules can be tried on it."""
