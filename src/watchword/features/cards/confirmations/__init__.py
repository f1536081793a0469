"""What staff do: find a card by its reference, compare, and confirm."""
