"""What an application may ask for a code for: every purpose but those of the house itself."""

from enum import StrEnum


class Purpose(StrEnum):
    """Why a code is asked for."""

    CONTACT_VERIFICATION = "contact_verification"
    CARD_VERIFICATION = "card_verification"
    WALLET_SIGNIN = "wallet_signin"
    REDEMPTION = "redemption"
    LANDING_PAGE = "landing_page"
    PIN_ACTIVATION = "pin_activation"
    PIN_CHANGE = "pin_change"
    STEP_UP = "step_up"
