"""Banks and shops: whom everything belongs to, and the keys that lock their data."""
