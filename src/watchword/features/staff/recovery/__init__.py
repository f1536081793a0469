"""Codes that somebody keeps in a drawer, for the day on which every other way in is gone."""
