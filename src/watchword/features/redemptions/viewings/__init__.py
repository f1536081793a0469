"""Staff open the wallet of a customer who came without a telephone."""
