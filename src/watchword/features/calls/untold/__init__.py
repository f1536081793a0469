"""That a PIN was set, and nobody could be told of it."""
