"""Takeovers: what was set up at another product is kept here, under the same names."""
