"""How settings are changed: considered first, and then put in force, perhaps by two people."""
