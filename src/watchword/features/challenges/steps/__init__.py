"""What happens when a code does not arrive in time."""
