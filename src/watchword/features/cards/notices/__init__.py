"""What a customer hears when their card was verified: elsewhere than where it was proven."""
