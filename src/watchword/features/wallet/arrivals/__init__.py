"""On the way into a wallet: a contact point is proven, and perhaps a second fact."""
