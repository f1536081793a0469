"""Codes that are shown where their person is signed in."""
