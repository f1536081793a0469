"""Where customers are signed in, and for how long."""
