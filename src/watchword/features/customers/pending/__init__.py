"""Codes on their way to somebody who is merged into another."""
