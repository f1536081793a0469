"""How a call goes on from turn to turn, each of them once."""
