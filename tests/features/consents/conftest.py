"""The whole house, in which people agree and say stop."""

from tests.whole_house import dealt, services, shop, tester

__all__ = ["dealt", "services", "shop", "tester"]
