"""How an operator says what stands in which column."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from watchword.foundation.secret import Secret
from watchword.providers.cores.belonging import Belonging
from watchword.providers.cores.schemes import Scheme

LONGEST_PIN: Final = 24
URL: Final = re.compile(r"[a-z0-9_]+(\+[a-z0-9_]+)?://")


class PersonColumn(StrEnum):
    """What a table of persons may have: one row for each holder of each account."""

    ACCOUNT = "account"
    PERSON = "person"
    ROLE = "role"
    LANGUAGE = "language"
    LOGIN_ID = "login_id"
    GIVEN_NAME = "given_name"
    FAMILY_NAME = "family_name"
    BIRTH_DATE = "birth_date"
    SSN = "ssn"
    ZIP_CODE = "zip_code"
    PHONES = "phones"
    EMAILS = "emails"
    CONTACTS_SINCE = "contacts_since"
    FORMER_PHONES = "former_phones"
    FORMER_EMAILS = "former_emails"
    MOTHERS_MAIDEN_NAME = "mothers_maiden_name"
    HOUSE_NUMBER = "house_number"
    DRIVING_LICENCE = "driving_licence"
    CODE_WORD = "code_word"
    MEMBER_NUMBER = "member_number"
    CARD_NUMBERS = "card_numbers"
    LAST_DEPOSIT = "last_deposit"


class PinColumn(StrEnum):
    """What a table of PINs may have: all of `PinFact`, and columns that only a table has."""

    ACCOUNT = "account"
    PERSON = "person"
    PIN = "pin"
    CHANGED_AT = "changed_at"
    VERSION = "version"
    ESTABLISHED = "established"
    WANTS_ACTIVATION = "wants_activation"
    WANTS_CHANGE = "wants_change"
    LOCKED = "locked"
    FAILURES = "failures"


class SqlSettings(
    Belonging,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="sql",
):
    url: Secret
    """Where the database is, as SQLAlchemy writes it: it may hold a password."""
    schema: str | None = None
    table: str
    """A table or a view with a row for each person."""
    columns: Mapping[PersonColumn, str | tuple[str, ...]]
    """What stands in which column of it. Telephones and the like may stand in several."""
    primary: tuple[str, ...] = ("primary",)
    """What the role of the first holder is called. Without a role, each is the first."""

    pin_table: str | None = None
    """Where PINs stand, if that is another table."""
    pin_columns: Mapping[PinColumn, str]
    """What stands in which column there. With a person, each has a PIN; else holders share one."""
    scheme: Scheme = Scheme.CLEAR
    pin_lengths: tuple[int, int] = (4, 12)
    reserved_pins: tuple[str, ...] = ()
    lock_after: int | None = None
    """Wrong PINs in a row that lock: counted in `failures`, and written to `locked`."""

    connections: int = 4
    timeout_seconds: float = 5.0

    def __post_init__(self) -> None:
        Belonging.__post_init__(self)
        if not URL.match(self.url.reveal()):
            raise ValueError("`url` is no address of a database.")
        self._check_columns()
        shortest, longest = self.pin_lengths
        if not 1 <= shortest <= longest <= LONGEST_PIN:
            raise ValueError(f"`pin_lengths` is the shortest and the longest, up to {LONGEST_PIN}.")
        if not 1 <= self.connections <= 64:  # noqa: PLR2004 - said in the sentence
            raise ValueError("`connections` is 1 to 64.")

    def _check_columns(self) -> None:
        if PersonColumn.ACCOUNT not in self.columns:
            raise ValueError("`columns` must say where the account stands.")
        for name in (PinColumn.ACCOUNT, PinColumn.PIN):
            if name not in self.pin_columns:
                raise ValueError(f"`pin_columns` must say where the {name} stands.")
        counts = {PinColumn.FAILURES, PinColumn.LOCKED} <= {*self.pin_columns}
        if self.lock_after is not None and (self.lock_after < 1 or not counts):
            raise ValueError(
                "`lock_after` needs the columns failures and locked, and is 1 or more."
            )
