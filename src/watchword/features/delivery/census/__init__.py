"""What is counted of messages, for whoever looks after the keys."""
