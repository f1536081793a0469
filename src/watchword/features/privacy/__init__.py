"""What is known about people: for how long, what of it they get to see, and how it is forgotten."""
