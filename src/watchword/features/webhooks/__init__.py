"""What we tell other programs by calling them: endpoints, events, deliveries and their log."""
