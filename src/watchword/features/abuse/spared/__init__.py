"""Numbers that rules against pumping let through: an application answers for them."""
