"""How an old card passes to whoever registers with it, and back."""
