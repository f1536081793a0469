"""What was confirmed about cards, and withdrawn: line by line, and never less."""
