"""Persons of an account, as name records tell of them."""

import re
from collections.abc import Sequence
from typing import Final

from watchword.features.cores.rules import Holder, Member, MemberRef
from watchword.foundation.secret import Secret
from watchword.providers.cores.readings import facts_of, text_of
from watchword.providers.cores.symxchange.soap import Record

ROLES: Final = {"0": Holder.PRIMARY, "1": Holder.JOINT}
"""Other types of name records are addresses for mail, beneficiaries and the like."""
NUMBER: Final = re.compile(r"[0-9]+[A-Za-z]?")
TELEPHONES: Final = ("mobilephone", "homephone", "workphone")


def members_of(account: str, names: Sequence[Record]) -> Sequence[Member]:
    found = []
    for name in names:
        role, locator = ROLES.get(text_of(name.get("type")) or ""), text_of(name.get("locator"))
        if role is not None and locator is not None:
            ref = MemberRef(Secret(account), Secret(locator))
            found.append(Member(ref, role, facts_of(_told(account, name))))
    return found


def _told(account: str, name: Record) -> dict[str, object]:
    house = NUMBER.match(text_of(name.get("street")) or "")
    return {
        "given_name": name.get("first"),
        "family_name": name.get("last"),
        "birth_date": name.get("birthdate"),
        "ssn": name.get("ssn"),
        "zip_code": name.get("zipcode"),
        "phones": [name.get(kind) for kind in TELEPHONES],
        "emails": name.get("email"),
        # While a record is unchanged, so is each telephone in it.
        "contacts_since": name.get("recordchangedate"),
        "mothers_maiden_name": name.get("mothersmaidenname"),
        "house_number": house and house[0],
        "driving_licence": name.get("license"),
        "member_number": account,
        "account_numbers": [account],
    }
