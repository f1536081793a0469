"""One message that is asked for, and what becomes of it."""
