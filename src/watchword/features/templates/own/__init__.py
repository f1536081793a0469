"""Words of an organisation's own."""
