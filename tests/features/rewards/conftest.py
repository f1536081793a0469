"""A shop with rewards, on each database."""

from tests.features.points.conftest import till

__all__ = ["till"]
