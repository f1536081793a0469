"""What an organisation decides for itself: inherited, versioned, shown before it holds."""
