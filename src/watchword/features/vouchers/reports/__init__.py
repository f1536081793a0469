"""What the console shows of vouchers: what is out, what was settled, and what was lost."""
