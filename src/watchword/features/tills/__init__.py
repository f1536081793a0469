"""Sales in which a customer shows that they are there."""
