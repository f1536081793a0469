"""By which rules a purchase earns points."""
