"""Askings: codes that were asked for under a scheme."""
