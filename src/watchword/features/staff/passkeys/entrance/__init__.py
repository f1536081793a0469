"""Somebody shows a passkey at the door."""
