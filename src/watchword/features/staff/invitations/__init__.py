"""How somebody is asked in, and comes in for the first time."""
