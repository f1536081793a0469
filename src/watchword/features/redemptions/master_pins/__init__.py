"""The exception that staff may make for a customer without a code: one PIN for each location."""
