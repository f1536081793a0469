"""Where a master PIN is entered: at a till, by somebody with a name, for one sale."""
