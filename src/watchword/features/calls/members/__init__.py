"""Members of a core as staff see them: masked, and what would happen to them in a call."""
