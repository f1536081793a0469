"""What happens when somebody says that they asked for no code."""
