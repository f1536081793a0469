"""Doors that speak with telephone systems by a protocol of theirs."""
