"""What tills have taken in without a line, and what becomes of it."""
