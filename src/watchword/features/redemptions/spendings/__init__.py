"""What is reserved and spent in one, by those who know a sale by its order."""
