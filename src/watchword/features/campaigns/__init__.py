"""Messages to many customers who agreed to them, with a link that only the recipient opens."""
