"""Calls as staff see them afterwards."""
