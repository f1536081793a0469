"""Who has made the keys by which programs write campaigns."""
