"""Applications that call us, and the keys by which we know them."""
