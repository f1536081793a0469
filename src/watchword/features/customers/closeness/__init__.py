"""Who is so close to a customer that they must not say whose a card is."""
