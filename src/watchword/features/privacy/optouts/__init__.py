"""How somebody opts out, and in again."""
