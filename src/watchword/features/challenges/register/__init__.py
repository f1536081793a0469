"""Challenges as staff find and read them."""
