"""What is kept for how long, and who wants to hear no more."""
