"""Tags: short words by which customers are told apart."""
