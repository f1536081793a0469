"""Leave to look for those who are no recipients: reviewers, and whoever writes a campaign."""
