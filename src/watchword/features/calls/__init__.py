"""Calls on a telephone line: sealed between two turns, and logged without a digit."""
