"""Exceptions from proof: what was let through without a code of the customer, and by whom."""
