"""What customers hear of their wallet, and how they say that it was not them."""
