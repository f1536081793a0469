"""Lists: customers who were named one by one, in a file."""
