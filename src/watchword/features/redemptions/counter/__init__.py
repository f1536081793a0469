"""A sale as a cashier sees it who has no till of their own: on a page, one step after the other."""
