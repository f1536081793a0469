"""The public halves of the keys that sign."""
