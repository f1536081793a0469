"""How customers are reached: which contact points are whose, and what is known of them."""
