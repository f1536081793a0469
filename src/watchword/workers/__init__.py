"""Doors that open by themselves: sending, and sweeping up."""
