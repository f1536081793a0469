"""What tests of statements stand on: the stand with tills and vouchers."""

from tests.features.vouchers.conftest import dealt, services, shop, stand, tester

__all__ = ["dealt", "services", "shop", "stand", "tester"]
