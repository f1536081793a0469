"""Sales that an integration knows by nothing but a number of their customer."""
