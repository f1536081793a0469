"""The tills of a location, each known by a credential of its own."""
