"""Cards as staff find them: with their customers and what they hold."""
