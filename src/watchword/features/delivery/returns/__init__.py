"""Messages that were claimed and not begun."""
