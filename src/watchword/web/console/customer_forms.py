"""What staff type of a customer, read into a name and ways to reach them; or what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from watchword.features.contacts.post import Place, read_post
from watchword.features.contacts.rules import (
    Contact,
    ContactId,
    Unreachable,
    read_email,
    read_phone,
)
from watchword.features.customers.rules import BadField, Customer, Profile, read_profile
from watchword.web.console.forms import Form
from watchword.web.console.visits import Visitor

BAD_DATE, BAD_STREET = "birth_date", "street"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What stands in the form. `removed`: contact points that do not hold any more."""

    given_name: str = field(default="", repr=False)
    family_name: str = field(default="", repr=False)
    birth_date: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    street: str = field(default="", repr=False)
    postal_code: str = field(default="", repr=False)
    city: str = field(default="", repr=False)
    number: str = field(default="", repr=False)
    reason: str = ""
    removed: frozenset[str] = frozenset()
    version: int = 0

    @property
    def has_address(self) -> bool:
        return bool(self.street or self.postal_code or self.city)


@dataclass(frozen=True, slots=True)
class Person:
    profile: Profile
    contacts: Sequence[Contact]


def typed_as(customer: Customer) -> Typed:
    """Give the form as it is when nobody has typed anything."""
    profile, born = customer.profile, customer.profile.birth_date
    return Typed(
        given_name=profile.given_name,
        family_name=profile.family_name,
        birth_date="" if born is None else born.isoformat(),
        version=customer.version,
    )


def read_typed(form: Form) -> Typed:
    return Typed(
        given_name=form.text("given_name"),
        family_name=form.text("family_name"),
        birth_date=form.text("birth_date"),
        phone=form.text("phone"),
        email=form.text("email"),
        street=form.text("street"),
        postal_code=form.text("postal_code"),
        city=form.text("city"),
        number=form.text("number"),
        reason=form.text("reason"),
        removed=frozenset(form.all("remove")),
        version=form.version("version"),
    )


def read_person(visitor: Visitor, typed: Typed) -> Person | str:
    """Read who somebody is and how they are reached; or name the field that is wrong."""
    today = visitor.services.storage.now().date()
    try:
        born = date.fromisoformat(typed.birth_date) if typed.birth_date else None
    except ValueError:
        return BAD_DATE
    profile = read_profile(typed.given_name, typed.family_name, born, today)
    if isinstance(profile, BadField):
        return profile.field
    contacts = _contacts(typed, profile, visitor.organisation.country)
    return contacts if isinstance(contacts, str) else Person(profile, contacts)


def removed_from(customer: Customer, typed: Typed) -> Sequence[ContactId]:
    """Give those of a customer's contact points that were ticked; what is not theirs is none."""
    return [each.contact_id for each in customer.contacts if str(each.contact_id) in typed.removed]


def _contacts(typed: Typed, profile: Profile, country: str) -> Sequence[Contact] | str:
    found = list[Contact]()
    readings = {
        "phone": read_phone(typed.phone, country) if typed.phone else None,
        "email": read_email(typed.email) if typed.email else None,
        BAD_STREET: read_post(_place(typed, profile, country)) if typed.has_address else None,
    }
    for name, read in readings.items():
        if isinstance(read, Unreachable):
            return name
        if read is not None:
            found.append(read)
    return found


def _place(typed: Typed, profile: Profile, country: str) -> Place:
    return Place(profile.name, typed.street, typed.postal_code, typed.city, country)
