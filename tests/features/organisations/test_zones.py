"""By whose clock an organisation lives."""

from datetime import UTC
from zoneinfo import ZoneInfo

from babel.core import get_global

from watchword.features.organisations.zones import MAIN, zone_of

ZONES = get_global("territory_zones")


def test_it_is_that_of_the_country_unless_another_is_chosen() -> None:
    assert zone_of(None, "DE", ZONES) == ZoneInfo("Europe/Berlin")
    assert zone_of(None, "AT", ZONES) == ZoneInfo("Europe/Vienna")
    assert zone_of("America/Chicago", "US", ZONES) == ZoneInfo("America/Chicago")


def test_a_country_with_several_has_a_main_one_that_is_its_own() -> None:
    assert all(name in ZONES[country] for country, name in MAIN.items())


def test_without_tables_it_is_utc() -> None:
    assert zone_of(None, "DE", {}) == ZoneInfo("Europe/Berlin")
    assert zone_of(None, "ZZ", {}) == UTC
    assert zone_of("Nowhere/Else", "DE", ZONES) == UTC
