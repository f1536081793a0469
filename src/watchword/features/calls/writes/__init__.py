"""A journal of PINs that were sent to a core, and how that ended; without the PINs."""
