"""Where somebody comes in whose contact point is proven."""
