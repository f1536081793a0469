"""What works when a customer redeems: the four override settings, and every way that they leave.

The table is complete: each combination has its row. A customer who has no way at all is not told
so at the till for the first time: the page says it before anything is saved.
"""

from collections.abc import Mapping
from enum import StrEnum

from watchword.features.organisations.settings.sections import Redemption


class Way(StrEnum):
    """By what a redemption can be let through."""

    SENT_CODE = "sent_code"
    """The code that was texted, and e-mailed if that is switched on."""
    WALLET_CODE = "wallet_code"
    """The same code, shown in the wallet of the customer who is signed in."""
    MASTER_PIN = "master_pin"
    """Staff enter the master PIN."""


class Override(StrEnum):
    """The settings that decide; a copy by e-mail only says where else the sent code goes."""

    CUSTOMER_PINS = "customer_pins"
    SHOW_IN_WALLET = "show_in_wallet"
    MASTER_PIN = "master_pin"


PINS, SHOW, MASTER = Override.CUSTOMER_PINS, Override.SHOW_IN_WALLET, Override.MASTER_PIN

IN_STORE: Mapping[frozenset[Override], frozenset[Way]] = {
    frozenset({PINS}): frozenset({Way.SENT_CODE}),
    frozenset({PINS, SHOW}): frozenset({Way.SENT_CODE, Way.WALLET_CODE}),
    frozenset({PINS, MASTER}): frozenset({Way.SENT_CODE, Way.MASTER_PIN}),
    frozenset({PINS, SHOW, MASTER}): frozenset(Way),
    frozenset({MASTER}): frozenset({Way.MASTER_PIN}),
    frozenset({SHOW, MASTER}): frozenset({Way.MASTER_PIN}),
    frozenset(): frozenset(),
    frozenset({SHOW}): frozenset(),
}
"""What works through an integration that staff work with, by what is switched on."""


def in_store(settings: Redemption) -> frozenset[Way]:
    return IN_STORE[frozenset(each for each in Override if getattr(settings, each))]


def online(settings: Redemption) -> frozenset[Way]:
    """Give what works where no staff stand between: the master PIN never does."""
    return in_store(settings) - {Way.MASTER_PIN}


def is_ignored(settings: Redemption, field: str) -> bool:
    """Say whether a setting has no effect, whatever it says, because of the others."""
    if field in {"show_in_wallet", "copy_to_email"}:
        return not settings.customer_pins
    return field == "clerks_enter_master_pin" and not settings.master_pin
