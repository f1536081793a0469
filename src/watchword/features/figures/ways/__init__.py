"""The ways out, each with what it did lately."""
