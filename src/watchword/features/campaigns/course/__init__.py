"""How a campaign goes by itself: it starts, goes on and ends."""
