"""What acts make of campaigns."""
