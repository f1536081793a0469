"""How many messages that nobody waits for a provider is given in a second, by all together."""
