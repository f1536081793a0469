"""Challenges as somebody follows them who has asked for more than the challenge."""
