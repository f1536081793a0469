"""How the wishes of a script are granted: by a core, by codes, and by what we keep."""
