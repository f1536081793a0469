"""How somebody gets out of it: they want no more of these messages, or are not who was meant."""
