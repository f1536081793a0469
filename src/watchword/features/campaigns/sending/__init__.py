"""How a campaign leaves: a little at a time into the outbox, and looked at once more there."""
