"""A campaign that is sent to one address, to see what it looks like there."""
