"""The same request, sent twice, happens once."""
