"""Who has answered rightly before, from where they asked."""
