"""Phone numbers and e-mail addresses: read strictly, kept sealed, found by a blind index."""
