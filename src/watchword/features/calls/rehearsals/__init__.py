"""Calls in which a line is tried before it goes live: nothing changes, and nobody hears of it."""
