"""How customers are reached: they change it themselves, and hear of it where they were before."""
