"""Many customers at once, as an import brings them."""
