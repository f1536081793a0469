"""Vouchers: rewards that customers take along, for tills that have no line."""
