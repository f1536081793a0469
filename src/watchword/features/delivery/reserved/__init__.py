"""What is reserved for messages that are never sent."""
