"""The way in by the address that stands in a message."""
