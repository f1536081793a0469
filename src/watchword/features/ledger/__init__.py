"""Evidence that an outsider can check: the audit in an order that nobody can change unseen."""
