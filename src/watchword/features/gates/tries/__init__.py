"""How often somebody may be wrong before a link, or a pass, rests."""
