"""Consent as staff and programs write it down for somebody."""
