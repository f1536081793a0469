"""A core whose members and PINs stand in a table, or a view, that we may reach."""
