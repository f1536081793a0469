"""Locations, settings of organisations, and what needs a second person."""
