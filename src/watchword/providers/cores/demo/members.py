"""Members of the core in memory, read from a table."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Final

from watchword.features.cores.rules import Facts, FindBy, Holder, Member, MemberRef
from watchword.foundation.errors import WatchwordError
from watchword.foundation.secret import Secret
from watchword.providers.cores.readings import (
    facts_of,
    flag_of,
    is_same_number,
    text_of,
)

NEEDED: Final = ("account", "person", "role")
SEVERAL: Final = {"phones", "emails", "former_phones", "former_emails", "card_numbers"}
BETWEEN: Final = "|"
MADE_UP: Final = "400000000000"
"""What all numbers of cards begin with: no card has these."""
MEMBERS_AT_MOST: Final = 10_000


class TableWrong(WatchwordError):
    """A table of members cannot be read; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Row:
    """A person of an account, and the PIN that the account or the person begins with."""

    member: Member
    login_id: Secret | None = field(repr=False)
    pin: Secret | None = field(repr=False)
    pin_since: datetime | None
    is_established: bool | None
    wants_activation: bool | None
    wants_change: bool | None
    is_locked: bool

    def is_found(self, by: FindBy, value: str) -> bool:
        facts = self.member.facts
        match by:
            case FindBy.PHONE:
                return any(is_same_number(reach.value.reveal(), value) for reach in facts.phones)
            case FindBy.CARD_NUMBER:
                # The table has last digits, so that nobody puts a whole number into it.
                return value.removeprefix(MADE_UP) in map(Secret.reveal, facts.card_numbers)
            case _:
                return _known(self, by) == value


def _known(row: Row, by: FindBy) -> str | None:
    facts = row.member.facts
    found = {
        FindBy.ACCOUNT_NUMBER: row.member.ref.account,
        FindBy.MEMBER_NUMBER: facts.member_number,
        FindBy.LOGIN_ID: row.login_id,
        FindBy.TAX_ID: facts.ssn,
    }.get(by)
    return None if found is None else found.reveal()


def read_members(file: str | None, now: datetime) -> Sequence[Row]:
    """Read a table of members, or the one that comes along; days in it count back from now."""
    try:
        if file is None:
            text = files(__package__).joinpath("members.csv").read_text("utf-8")
        else:
            text = Path(file).read_text("utf-8")
    except (OSError, UnicodeError):
        raise TableWrong(f"The table of members {file} cannot be read.") from None
    return [*_rows(text.splitlines(), now)]


def _rows(lines: Sequence[str], now: datetime) -> Iterator[Row]:
    reader = csv.DictReader(lines)
    missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
    if missing:
        raise TableWrong(f"The table of members lacks a column {missing[0]}.")
    for line, written in enumerate(reader, start=2):
        if line > MEMBERS_AT_MOST:
            raise TableWrong(f"The table of members has more than {MEMBERS_AT_MOST} lines.")
        if written["role"] not in {*Holder} or not written["account"] or not written["person"]:
            raise TableWrong(
                f"Line {line} of the table of members lacks an account, a person, or a role: "
                f"{' or '.join(Holder)}."
            )
        yield _row(written, now)


def _row(written: Mapping[str, str], now: datetime) -> Row:
    pin, login = text_of(written.get("pin")), text_of(written.get("login_id"))
    return Row(
        member=Member(
            MemberRef(Secret(written["account"]), Secret(written["person"])),
            Holder(written["role"]),
            _facts(written, now),
            text_of(written.get("language")),
        ),
        login_id=None if login is None else Secret(login),
        pin=None if pin is None else Secret(pin),
        pin_since=_ago(written.get("pin_days"), now),
        is_established=flag_of(written.get("established")),
        wants_activation=flag_of(written.get("wants_activation")),
        wants_change=flag_of(written.get("wants_change")),
        is_locked=flag_of(written.get("locked")) or False,
    )


def _facts(written: Mapping[str, str], now: datetime) -> Facts:
    several = {name: (written.get(name) or "").split(BETWEEN) for name in SEVERAL}
    since = _ago(written.get("contact_days"), now)
    return facts_of(
        {
            **written,
            **several,
            "contacts_since": since,
            "account_numbers": [written["account"]],
        }
    )


def _ago(days: str | None, now: datetime) -> datetime | None:
    text = text_of(days)
    try:
        return None if text is None else now - timedelta(days=int(text))
    except (ValueError, OverflowError):
        raise TableWrong(f"The table of members has {text!r} where days are counted.") from None
