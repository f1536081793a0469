"""Who wants to hear no more."""
