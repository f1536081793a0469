"""The ledger: its leaves, and the checkpoints that are signed."""
