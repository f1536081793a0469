"""Trying a way out by hand, with a message that says nothing."""
