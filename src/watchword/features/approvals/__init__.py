"""What one person alone does not do: it is asked for, and somebody else agrees or declines."""
