"""Registration: somebody asks for a card, or for the one that they have already."""
