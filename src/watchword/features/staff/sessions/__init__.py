"""Who is signed in, on which device, and for how long."""
