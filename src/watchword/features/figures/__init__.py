"""What hours and days came to: codes sent, delivered, verified; what was blocked; what it cost."""
