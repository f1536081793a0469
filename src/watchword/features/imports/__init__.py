"""Customers and cards that come from a file, and leave in one."""
