"""Codes that go by post: what waits to be printed, who has it now, and what came back."""
