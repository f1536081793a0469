"""What a page of a shop is given, so that its customer can take part in a sale."""
