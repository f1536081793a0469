"""What looks odd about exceptions from proof, so that somebody looks at it."""
