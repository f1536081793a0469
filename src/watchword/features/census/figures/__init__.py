"""What waits, looked up when whoever runs the house asks for it."""
