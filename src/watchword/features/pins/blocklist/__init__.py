"""PINs that many choose: by rules of our own, for any length."""
