"""What happens when a letter comes back."""
