"""What a day came to."""
