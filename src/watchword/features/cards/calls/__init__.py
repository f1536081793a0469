"""Numbers that are shown to whoever is about to call a customer back."""
