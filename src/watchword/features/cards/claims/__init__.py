"""Claims on cards that somebody has already: what staff decide, and what was decided by itself."""
