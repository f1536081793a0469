"""What would happen to a code, if one were asked for."""
