"""What a campaign has come to: how many got how far, and when."""
