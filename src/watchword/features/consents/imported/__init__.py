"""Consents that come with files of customers from elsewhere."""
