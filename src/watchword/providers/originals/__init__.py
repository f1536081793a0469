"""Products for which applications were written that come over to us."""
