"""Addresses that are good once: an invitation, an owner's way in, an objection."""
