"""The whole house, in which people leave traces."""

from tests.whole_house import dealt, services, shop, tester

__all__ = ["dealt", "services", "shop", "tester"]
