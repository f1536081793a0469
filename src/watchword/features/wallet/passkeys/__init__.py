"""Passkeys of customers. The ceremony is the one of those who work here."""
