"""What stands before a page of a campaign: who sees what is behind it, and what they show first."""
