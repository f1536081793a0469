"""Who works the console: what each may do, and how we know who is there."""
