"""Who holds the account of a card: one primary holder, and others beside them."""
