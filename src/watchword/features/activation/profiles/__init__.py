"""Profiles: what callers are asked, and what is looked for in their PINs, as staff set it up."""
