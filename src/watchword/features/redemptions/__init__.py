"""What was had for points: reserved, committed, and given back."""
