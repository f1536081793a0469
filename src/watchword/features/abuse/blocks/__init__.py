"""Blocks as staff see and lift them."""
