"""What a contact point may still be sent, and how often it may still be guessed at."""
