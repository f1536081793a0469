"""What somebody had typed when their session ended: kept for them until they are back."""
