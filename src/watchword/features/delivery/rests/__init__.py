"""Which providers are left alone for a while, as all processes see it."""
