"""How deliveries leave: what workers claim, settle and sweep up, for all organisations."""
