"""Numbers by which somebody was looked up, and could not show that it is them."""
