"""The ledger as a file: to be verified, or to be read."""
