"""How a person is forgotten."""
