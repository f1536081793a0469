"""Messages on their way: queued, sent, tried again, and given up."""
