"""PINs: what a new one may be, which are refused, and where those of our own rest."""
