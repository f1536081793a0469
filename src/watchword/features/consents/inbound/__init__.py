"""What people answer to messages: what it means, and what it does."""
