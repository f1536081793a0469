"""The whole house, for tests of the ledger in it."""

from tests.whole_house import dealt, services, shop, tester

__all__ = ["dealt", "services", "shop", "tester"]
