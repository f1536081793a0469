"""Who may do what where, and who is shut out."""
