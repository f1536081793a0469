"""What members hear of what was done with their PIN."""
