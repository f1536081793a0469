"""What calls came to: how they ended, how far they got, and how the PINs in them stood."""
