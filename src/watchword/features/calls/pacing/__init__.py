"""How much may go wrong from one telephone, and on one line, before a person helps instead."""
