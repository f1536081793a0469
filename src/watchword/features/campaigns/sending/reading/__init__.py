"""How recipients are read who wait."""
