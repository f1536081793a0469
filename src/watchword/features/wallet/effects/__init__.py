"""What befalls wallets when their owners change, and when somebody says that it was not them."""
