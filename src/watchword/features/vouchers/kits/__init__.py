"""What a till needs to judge vouchers by itself."""
