"""The first owner of an organisation, and one who has lost every other way in."""
