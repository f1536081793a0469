"""How attempts end, written down for many at once."""
