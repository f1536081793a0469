"""A banking core in a rehearsal: all of it is read for real, and nothing is written."""
