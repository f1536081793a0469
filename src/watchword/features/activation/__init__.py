"""How callers come to a PIN of their own: profiles, scenarios, and the dialogue."""
