"""What tests of services for letters stand on."""

from tests.whole_house import dealt, services, shop

__all__ = ["dealt", "services", "shop"]
