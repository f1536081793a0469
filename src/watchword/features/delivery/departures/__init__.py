"""The last look at a message, right before it leaves."""
