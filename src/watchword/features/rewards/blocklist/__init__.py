"""Who may collect points, and not redeem them: those who work here, mostly."""
