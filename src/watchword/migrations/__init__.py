"""The steps of the schema: each adds first, and removes a release later."""
