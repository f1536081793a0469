"""One-time codes: sent to a contact point, to be typed back by whoever holds it."""
