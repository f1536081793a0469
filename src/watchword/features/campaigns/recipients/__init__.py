"""Who gets a campaign, and how far each of them is."""
