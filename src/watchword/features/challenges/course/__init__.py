"""The course of a challenge, as part of somebody else's transaction."""
