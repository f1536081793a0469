"""What happens when the clock of a test organisation is moved."""
