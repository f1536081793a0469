"""Attempts to verify a card: a code on its way, or a reference that somebody shows."""
