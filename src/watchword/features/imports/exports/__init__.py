"""All customers and cards in one file, to be taken elsewhere or back in."""
