"""Under which versions of keys codes rest."""
