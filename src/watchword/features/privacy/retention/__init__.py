"""How what is too old is dropped by itself."""
