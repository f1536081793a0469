"""Letters: printed by whoever works here, or by a service."""
