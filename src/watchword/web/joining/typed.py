"""What somebody typed into the form, read into a wish; what is wrong with it, field by field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from watchword.features.cards.numbers import read_number
from watchword.features.cards.registration.rules import Wish
from watchword.features.cards.verdicts import BadNumber
from watchword.features.contacts.post import COUNTRIES, Place, read_post
from watchword.features.contacts.rules import Contact, Unreachable, read_email, read_phone
from watchword.features.customers.rules import BadField, Profile, read_profile
from watchword.foundation.secret import Secret
from watchword.web.console.forms import Form

OLD, NEW = "old", "new"
ADDRESS = ("street", "postal_code", "city")
FIELDS = (
    *("card", "number", "given_name", "family_name", "day", "month", "year"),
    *("mobile", "email", *ADDRESS, "country"),
)
YEAR_DIGITS = 4
DIGITS = frozenset("0123456789")


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as somebody filled it in. `problems`: a word for each field that is not right."""

    values: Mapping[str, str] = field(repr=False)
    problems: Mapping[str, str]
    wish: Wish | None = field(default=None, repr=False)


def nothing_typed(country: str) -> Typed:
    return Typed({**dict.fromkeys(FIELDS, ""), "card": NEW, "country": country}, {})


def read_typed(form: Form, *, country: str, locale: str, today: date) -> Typed:
    """Read a form; a wish comes of it if nothing is wrong."""
    values = {name: form.text(name) for name in FIELDS}
    if values["country"] not in COUNTRIES:
        values["country"] = country
    problems: dict[str, str] = {}
    profile = _read_profile(values, today, problems)
    contacts = _read_contacts(values, country, problems)
    number = _read_number(values, problems)
    if not contacts and not {"mobile", "email", *ADDRESS} & {*problems}:
        problems["contacts"] = "nothing"
    if problems or profile is None:
        return Typed(values, problems)
    wish = Wish(
        profile=profile,
        contacts=contacts,
        locale=locale,
        number=None if number is None else number.reveal(),
    )
    return Typed(values, {}, wish)


def _read_profile(
    values: Mapping[str, str], today: date, problems: dict[str, str]
) -> Profile | None:
    born = read_day(values["day"], values["month"], values["year"])
    if isinstance(born, str):
        problems["birth_date"] = born
    known = born if isinstance(born, date) else None
    read = read_profile(values["given_name"], values["family_name"], known, today)
    if isinstance(read, BadField):
        problems[read.field] = "no_birth" if read.field == "birth_date" else "no_name"
        return None
    return read


def read_day(day: str, month: str, year: str) -> date | str:
    """Read a day as people write it: 7. 5. 1980. A year of two digits might be of two centuries."""
    parts = [part.rstrip(".") for part in (year, month, day)]
    if not all(part and DIGITS.issuperset(part) for part in parts):
        return "no_date"
    if len(parts[0]) != YEAR_DIGITS or any(len(part) > 2 for part in parts[1:]):  # noqa: PLR2004
        return "no_date"
    try:
        return date(*map(int, parts))
    except ValueError:
        return "no_day"


def _read_contacts(
    values: Mapping[str, str], country: str, problems: dict[str, str]
) -> list[Contact]:
    readings = {}
    if values["mobile"]:
        readings["mobile"] = read_phone(values["mobile"], country)
    if values["email"]:
        readings["email"] = read_email(values["email"])
    if any(values[name] for name in ADDRESS):
        name = f"{values['given_name']} {values['family_name']}".strip()
        street, postal_code, city = (values[each] for each in ADDRESS)
        readings["street"] = read_post(Place(name, street, postal_code, city, values["country"]))
    for name, read in readings.items():
        if isinstance(read, Unreachable):
            problems[_where(name, values)] = f"no_{name}"
    return [read for read in readings.values() if isinstance(read, Contact)]


def _where(name: str, values: Mapping[str, str]) -> str:
    """Give the field of an address that is missing, so that the page points at it."""
    if name != "street":
        return name
    return next((each for each in ("street", "city") if not values[each]), "street")


def _read_number(values: Mapping[str, str], problems: dict[str, str]) -> Secret | None:
    if values["card"] != OLD or not values["number"]:
        return None
    read = read_number(values["number"])
    if isinstance(read, BadNumber):
        problems["number"] = "no_number"
        return None
    return read
