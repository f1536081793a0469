"""Calls that read out a code, to whoever presses a key first."""
