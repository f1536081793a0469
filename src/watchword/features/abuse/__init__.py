"""Abuse that does not pay: who is sent a code, how often, and for how much money."""
