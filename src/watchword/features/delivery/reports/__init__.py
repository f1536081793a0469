"""Reports: what a provider says later of a message that it took."""
