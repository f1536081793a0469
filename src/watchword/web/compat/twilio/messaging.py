"""Messaging configurations: which sender was chosen for which country. It has no effect here."""

import re
from typing import Any

from litestar import Request, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.schemes.rules import NoScheme
from watchword.features.schemes.senders.rules import CountryTaken, Sender
from watchword.web.compat.twilio.door import Guest
from watchword.web.compat.twilio.errors import COUNTRY_TAKEN, found_at, invalid, not_there
from watchword.web.compat.twilio.forms import Form, form, query, write_moment
from watchword.web.compat.twilio.paging import cut, envelope, wanted
from watchword.web.compat.twilio.places import SERVICE, SETTINGS_READ, SETTINGS_WRITE
from watchword.web.compat.twilio.services import (
    found_service,
    no_service,
    scheme_id,
    service_path,
)
from watchword.web.compat.twilio.sids import MESSAGING_SERVICE, read_sid, write_sid
from watchword.web.compat.twilio.sids import SERVICE as SERVICE_LETTERS

CONFIGURATIONS = SERVICE + "/MessagingConfigurations"
CONFIGURATION = CONFIGURATIONS + "/{country:str}"
COUNTRY = re.compile(r"[A-Z]{2}|all")


@post(CONFIGURATIONS, opt=SETTINGS_WRITE)
async def create_configuration(
    service: FromPath[str], request: Request[Any, Any, Any], guest: NamedDependency[Guest]
) -> dict[str, Any]:
    said = await form(request)
    country = said.needed("Country")
    if not COUNTRY.fullmatch(country):
        raise invalid("Country")
    made = await guest.services.schemes.senders.choose(
        guest.client, scheme_id(service), country, _service(said)
    )
    match made:
        case NoScheme():
            raise no_service(service)
        case CountryTaken():
            raise COUNTRY_TAKEN
        case Sender():
            return _shown(made, guest)


@get(CONFIGURATIONS, opt=SETTINGS_READ)
async def list_configurations(
    service: FromPath[str], request: Request[Any, Any, Any], guest: NamedDependency[Guest]
) -> dict[str, Any]:
    scheme = await found_service(guest, service)
    asked = wanted(query(request))
    rows, after = cut(await guest.services.schemes.senders.of(guest.client, scheme.id), asked)
    url = guest.url(f"{service_path(scheme.id)}/MessagingConfigurations")
    shown = [_shown(each, guest) for each in rows]
    return envelope(url, "messaging_configurations", shown, asked, after)


@get(CONFIGURATION, opt=SETTINGS_READ)
async def fetch_configuration(
    service: FromPath[str],
    country: FromPath[str],
    request: Request[Any, Any, Any],
    guest: NamedDependency[Guest],
) -> dict[str, Any]:
    there = await guest.services.schemes.senders.of(guest.client, scheme_id(service))
    found = next((each for each in there if each.country == country), None)
    return _shown(found_at(request, found), guest)


@post(CONFIGURATION, opt=SETTINGS_WRITE, status_code=200)
async def update_configuration(
    service: FromPath[str],
    country: FromPath[str],
    request: Request[Any, Any, Any],
    guest: NamedDependency[Guest],
) -> dict[str, Any]:
    chosen = _service(await form(request))
    changed = await guest.services.schemes.senders.change(
        guest.client, scheme_id(service), country, chosen
    )
    return _shown(found_at(request, changed), guest)


@delete(CONFIGURATION, opt=SETTINGS_WRITE)
async def delete_configuration(
    service: FromPath[str],
    country: FromPath[str],
    request: Request[Any, Any, Any],
    guest: NamedDependency[Guest],
) -> None:
    id = scheme_id(service)
    if not await guest.services.schemes.senders.remove(guest.client, id, country):
        raise not_there(request)


def _service(said: Form) -> str:
    sid = said.needed("MessagingServiceSid")
    if read_sid(MESSAGING_SERVICE, sid) is None:
        raise invalid("MessagingServiceSid")
    return sid


def _shown(sender: Sender, guest: Guest) -> dict[str, Any]:
    path = f"{service_path(sender.scheme_id)}/MessagingConfigurations/{sender.country}"
    return {
        "account_sid": guest.account_sid,
        "service_sid": write_sid(SERVICE_LETTERS, sender.scheme_id),
        "country": sender.country,
        "messaging_service_sid": sender.service_sid,
        "date_created": write_moment(sender.created_at),
        "date_updated": write_moment(sender.changed_at),
        "url": guest.url(path),
    }


routes = [
    create_configuration,
    list_configurations,
    fetch_configuration,
    update_configuration,
    delete_configuration,
]
