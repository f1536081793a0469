"""Who did what to whom; only ever added to."""
