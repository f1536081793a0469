"""Calls: a provider has rung somebody, and comes to us for the words."""
