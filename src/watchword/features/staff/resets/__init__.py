"""How an owner helps a colleague who has lost every way in."""
