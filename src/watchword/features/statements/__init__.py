"""Statements: how points came and went on an account, and what each line was for."""
