"""What a page says of the rewards that it offers."""
