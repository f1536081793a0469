"""The safe list: numbers that rules against pumping let through."""

from typing import Any

from litestar import Request, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.abuse.spared.rules import Spared, SparedId, TooManySpared
from watchword.features.abuse.spared.service import Which
from watchword.features.clients.rules import Scope
from watchword.features.contacts.rules import Contact, ContactKind
from watchword.features.organisations.settings.two_people import NeedsSecondPerson
from watchword.web.compat.twilio.door import Guest
from watchword.web.compat.twilio.errors import (
    FORBIDDEN,
    TOO_MANY_REQUESTS,
    Trouble,
    invalid,
    not_found,
)
from watchword.web.compat.twilio.forms import form
from watchword.web.compat.twilio.people import found_to, read_to
from watchword.web.compat.twilio.places import SCOPE_OF
from watchword.web.compat.twilio.sids import SAFE_NUMBER, read_sid, write_sid

NUMBERS = "/v2/SafeList/Numbers"
NUMBER = NUMBERS + "/{number:str}"
READ, WRITE = {SCOPE_OF: Scope.ABUSE_RULES_READ}, {SCOPE_OF: Scope.ABUSE_RULES_WRITE}
NOBODY = not_found("/SafeList/Numbers/***")
TWO_PEOPLE = Trouble(FORBIDDEN, 403, "This organisation wants two people to loosen rules")


@post(NUMBERS, opt=WRITE)
async def add_number(
    request: Request[Any, Any, Any], guest: NamedDependency[Guest]
) -> dict[str, Any]:
    contact = read_to((await form(request)).needed("PhoneNumber"), guest.country, "PhoneNumber")
    if contact.kind is not ContactKind.PHONE:
        raise invalid("PhoneNumber")
    added = await guest.services.abuse.spared.add(guest.client, contact)
    match added:
        case TooManySpared():
            raise TOO_MANY_REQUESTS
        case NeedsSecondPerson():
            raise TWO_PEOPLE
        case Spared():
            return _shown(added, contact, guest)


@get(NUMBER, opt=READ)
async def fetch_number(number: FromPath[str], guest: NamedDependency[Guest]) -> dict[str, Any]:
    which = _which(number, guest.country)
    found = None if which is None else await guest.services.abuse.spared.find(guest.client, which)
    if found is None:
        raise NOBODY
    return _shown(*found, guest)


@delete(NUMBER, opt=WRITE)
async def remove_number(number: FromPath[str], guest: NamedDependency[Guest]) -> None:
    which = _which(number, guest.country)
    if which is None or not await guest.services.abuse.spared.remove(guest.client, which):
        raise NOBODY


def _which(said: str, country: str) -> Which | None:
    id = read_sid(SAFE_NUMBER, said)
    return found_to(said, country) if id is None else SparedId(id)


def _shown(spared: Spared, contact: Contact, guest: Guest) -> dict[str, Any]:
    number = contact.address.reveal()
    return {
        "sid": write_sid(SAFE_NUMBER, spared.id),
        "phone_number": number,
        "url": guest.url(f"{NUMBERS}/{number}"),
    }


routes = [add_number, fetch_number, remove_number]
