"""Pairs: what both sides said to one call, without whom it was about."""
