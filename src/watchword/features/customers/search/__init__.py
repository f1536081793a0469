"""How customers are found: by their names as far as they are typed, by telephone or e-mail."""
