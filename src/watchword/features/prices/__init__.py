"""What a message costs, before it is sent."""
