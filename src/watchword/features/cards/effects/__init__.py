"""What becomes of cards when their customers change."""
