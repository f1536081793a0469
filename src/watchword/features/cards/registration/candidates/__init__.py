"""The cards that somebody who registers may mean."""
