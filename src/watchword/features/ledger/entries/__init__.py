"""Entries as they are looked for."""
