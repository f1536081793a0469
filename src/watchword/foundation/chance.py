"""Chance, for waits that must not fall together and choices that must not be foreseen."""

import secrets

CHANCES = 1_000_000


def chance() -> float:
    """Give a number from 0 up to, and not including, 1."""
    return secrets.randbelow(CHANCES) / CHANCES
