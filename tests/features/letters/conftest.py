"""What tests of letters stand on."""

from tests.whole_house import dealt, services, shop, tester

__all__ = ["dealt", "services", "shop", "tester"]
