"""Customers: who they are, how they are reached and found, and what they hold."""
