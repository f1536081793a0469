"""How long a caller waits for an answer, so that the wait tells nobody who is known."""
