"""Rules tried on what has happened."""
