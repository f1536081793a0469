"""The customer's own side: their card, their points, and the code for the till."""
