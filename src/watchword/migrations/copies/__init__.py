"""Copies of a whole database in one file that does not care which engine it came from."""
