"""How an audience becomes recipients."""
