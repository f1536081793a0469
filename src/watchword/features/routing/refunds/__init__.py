"""What happens to money that was reserved and not needed."""
