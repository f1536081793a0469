"""The code for the till, shown to its customer."""
