"""How letters come to be files."""
