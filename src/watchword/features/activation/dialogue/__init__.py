"""What is said and asked in a call, and what follows from the answers; without a telephone."""
