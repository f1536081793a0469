"""How much two people are alike: by name, date of birth, contact point and address.

It says what agrees, and decides nothing: whoever asks knows what is at stake.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from watchword.features.contacts.post import Place, place_of
from watchword.features.contacts.rules import Contact, ContactId, ContactKind
from watchword.features.customers.names import folded, known_as, words_of
from watchword.features.customers.rules import Customer, Profile

STREET = re.compile(r"stras?se?\b|str\b")


class Likeness(StrEnum):
    """How much two names are alike."""

    SAME = "same"
    NEAR = "near"
    """One has a word more, as after a marriage, or with a second given name."""
    DIFFERENT = "different"


class Trait(StrEnum):
    """What of two people agrees."""

    NAME = "name"
    NAME_NEARLY = "name_nearly"
    BIRTH_DATE = "birth_date"
    CONTACT = "contact"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Somebody who may be the same person, and what agrees.

    `birth_date`: nothing, if one of the two has none.
    """

    customer: Customer
    name: Likeness
    birth_date: bool | None
    contacts: Sequence[ContactId] = field(default=())
    address: bool = False

    @property
    def is_strong(self) -> bool:
        """Say whether nobody reasonable would doubt it."""
        is_reached = bool(self.contacts) or self.address
        return self.name is Likeness.SAME and self.birth_date is True and is_reached

    @property
    def is_likely(self) -> bool:
        """Say whether somebody should have a look."""
        if self.birth_date is False:
            # Twins have one address and one telephone; father and son may have one name.
            return self.name is Likeness.SAME and bool(self.contacts)
        agrees = self.birth_date is True or bool(self.contacts) or self.address
        if self.name is Likeness.DIFFERENT:
            return self.birth_date is True and bool(self.contacts)
        return agrees

    @property
    def traits(self) -> Collection[Trait]:
        traits = {
            Trait.NAME: self.name is Likeness.SAME,
            Trait.NAME_NEARLY: self.name is Likeness.NEAR,
            Trait.BIRTH_DATE: self.birth_date is True,
            Trait.CONTACT: bool(self.contacts),
            Trait.ADDRESS: self.address,
        }
        return [trait for trait, agrees in traits.items() if agrees]


def compare(profile: Profile, contacts: Sequence[Contact], customer: Customer) -> Match:
    """Say what agrees between somebody and a customer."""
    theirs = customer.profile
    dates = (profile.birth_date, theirs.birth_date)
    wanted = {(each.kind, each.canonical.reveal()) for each in contacts}
    places = {known_place(each) for each in contacts} - {None}
    return Match(
        customer=customer,
        name=likeness(profile, theirs),
        birth_date=None if None in dates else dates[0] == dates[1],
        contacts=[
            each.contact_id
            for each in customer.contacts
            if each.kind is not ContactKind.POST
            and (each.kind, each.contact.canonical.reveal()) in wanted
        ],
        address=any(known_place(each.contact) in places for each in customer.contacts),
    )


def likeness(one: Profile, other: Profile) -> Likeness:
    if known_as(one) == known_as(other):
        return Likeness.SAME
    families = (words_of(one.family_name), words_of(other.family_name))
    given = (words_of(one.given_name), words_of(other.given_name))
    is_near = _one_is_part(*families) and (_one_is_part(*given) or _has_initial(*given))
    return Likeness.NEAR if is_near else Likeness.DIFFERENT


def known_place(contact: Contact) -> str | None:
    """Give what a house is known by, whoever lives in it and however its street is written."""
    if contact.kind is not ContactKind.POST:
        return None
    place = place_of(contact.address.reveal())
    return None if place is None else _house(place)


def _house(place: Place) -> str:
    street = STREET.sub("str", folded(place.street)).replace(" ", "")
    town = folded(place.postal_code).replace(" ", "") or folded(place.city)
    return f"{street}|{town}|{place.country}"


def _one_is_part(some: Collection[str], others: Collection[str]) -> bool:
    few, many = sorted((set(some), set(others)), key=len)
    return bool(few) and few <= many


def _has_initial(some: Sequence[str], others: Sequence[str]) -> bool:
    """Say whether one of two names is only the first letter of the other."""
    if not some or not others:
        return False
    short, long = sorted((some[0], others[0]), key=len)
    return len(short) == 1 and long.startswith(short)
