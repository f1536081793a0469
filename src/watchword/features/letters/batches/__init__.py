"""Letters that are printed together: collected, released, drawn, handed over, forgotten."""
