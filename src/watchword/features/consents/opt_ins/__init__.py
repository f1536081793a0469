"""Who is asked whether they want to be written to, and how often."""
