"""What there is in the whole database, counted for whoever runs it."""
