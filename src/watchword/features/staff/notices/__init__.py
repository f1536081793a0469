"""Mail to staff about their own account: what happened, and what to do if it was not them."""
