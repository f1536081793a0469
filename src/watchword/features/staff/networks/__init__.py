"""From where an organisation lets its staff in."""
