"""What may be wrong with a row of a file, or with one of its cells."""

from dataclasses import dataclass
from enum import StrEnum

from watchword.features.imports.columns import Column


class Why(StrEnum):
    """What is wrong with a cell, or with a row."""

    NO_NAME = "no_name"
    BAD_NAME = "bad_name"
    BAD_DATE = "bad_date"
    AMBIGUOUS_DATE = "ambiguous_date"
    NOT_BORN = "not_born"
    BAD_EMAIL = "bad_email"
    BAD_PHONE = "bad_phone"
    BAD_ADDRESS = "bad_address"
    HALF_ADDRESS = "half_address"
    BAD_COUNTRY = "bad_country"
    BAD_CUSTOMER_NUMBER = "bad_customer_number"
    BAD_CARD_NUMBER = "bad_card_number"
    BAD_POINTS = "bad_points"
    BAD_SUM = "bad_sum"
    BAD_VERIFIED = "bad_verified"
    BAD_MEANS = "bad_means"
    IN_THE_FUTURE = "in_the_future"
    NO_CARD_TO_VERIFY = "no_card_to_verify"
    BAD_CONSENT = "bad_consent"
    NOWHERE_TO_WRITE = "nowhere_to_write"
    NO_MOMENT = "no_moment"
    BAD_MOMENT = "bad_moment"
    NO_WORDING = "no_wording"
    BAD_LOCALE = "bad_locale"
    TOO_LONG = "too_long"
    NOTHING_TO_KNOW_BY = "nothing_to_know_by"
    CARD_TAKEN = "card_taken"
    TOO_MANY_CELLS = "too_many_cells"
    TOO_FEW_CELLS = "too_few_cells"
    BAD_LETTERS = "bad_letters"
    OPEN_QUOTE = "open_quote"
    BAD_QUOTE = "bad_quote"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and in which column, if it is one."""

    why: Why
    column: Column | None = None
