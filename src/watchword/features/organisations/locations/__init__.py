"""The sites of an organisation: shops, branches, counters."""
