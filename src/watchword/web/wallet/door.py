"""The door of the wallet: where somebody says how they are reached. Everybody is asked the same."""

from collections.abc import Mapping, Sequence

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.challenges.verdicts import Locked, TooMany
from watchword.features.contacts.rules import Contact, Unreachable, read_email, read_phone
from watchword.features.staff.passkeys.rules import NoPasskeysHere
from watchword.features.wallet.arrivals.rules import Kind, NotReached, Onward, TooOften
from watchword.web.console.forms import Form
from watchword.web.html.pages import AnyRequest
from watchword.web.joining.outcomes import Told, told_of_beginning
from watchword.web.joining.pages import (
    FOREIGN,
    Foreign,
    House,
    address_of,
    form_of,
    house_of,
    language_of,
)
from watchword.web.wallet.cookies import ARRIVAL, new_cookie
from watchword.web.wallet.pages import PATH, Reply, go, show_wallet
from watchword.wiring import Services

TYPED_AT_MOST = 254
NOTHING: Mapping[str, str] = {"mobile": "", "email": ""}


@post(PATH + "/arrivals", include_in_schema=False, status_code=200)
async def arrive(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    house = await house_of(services, slug)
    try:
        form = await form_of(request, services)
    except Foreign:
        return show_wallet(request, house, "foreign.html", status=FOREIGN)
    values = {name: form.text(name)[:TYPED_AT_MOST] for name in NOTHING}
    contacts, problems = read_contacts(form, house)
    if problems or not contacts:
        problems = problems or {"mobile": "nothing"}
        return show_door(request, services, house, values, problems, status=422)
    async with request.app.state.pace.kept():
        begun = await services.wallet.arrivals.begin(
            house.organisation,
            contacts,
            kind=Kind.SIGN_IN,
            locale=language_of(request, house),
            address=address_of(request, services),
        )
    if isinstance(begun, Onward):
        web = services.settings.web
        cookie = new_cookie(ARRIVAL, begun.secret, house.organisation, web)
        return go(request, house, "/arrival", cookie)
    told = told_of_begun(begun)
    return show_door(request, services, house, values, told=told, status=told.status)


def read_contacts(form: Form, house: House) -> tuple[Sequence[Contact], Mapping[str, str]]:
    """Read what was typed; a word for each field that is not right."""
    typed = {name: form.text(name)[:TYPED_AT_MOST] for name in NOTHING}
    readings = {
        "mobile": read_phone(typed["mobile"], house.organisation.country),
        "email": read_email(typed["email"]),
    }
    filled = {name: read for name, read in readings.items() if typed[name]}
    problems = {name: f"no_{name}" for name, read in filled.items() if _is_no(read)}
    return [read for read in filled.values() if isinstance(read, Contact)], problems


def told_of_begun(begun: TooOften | NotReached | TooMany | Locked) -> Told:
    """Say why no code went out."""
    match begun:
        case TooOften(moment):
            return Told("too_often", 429, moment=moment)
        case NotReached():
            return Told("not_reached")
        case TooMany() | Locked():
            return told_of_beginning(begun)


def show_door(
    request: AnyRequest,
    services: Services,
    house: House,
    values: Mapping[str, str] = NOTHING,
    problems: Mapping[str, str] = {},
    *,
    told: Told | None = None,
    passkey_problem: str = "",
    status: int = 200,
) -> Reply:
    return show_wallet(
        request,
        house,
        "door.html",
        status=status,
        values=values,
        problems=problems,
        told=told,
        now=services.storage.now(),
        said=request.query_params.get("said", ""),
        passkey_problem=passkey_problem,
        passkeys_here=not isinstance(services.wallet.passkeys.party, NoPasskeysHere),
    )


def _is_no(read: Contact | Unreachable) -> bool:
    return isinstance(read, Unreachable)


routes = [arrive]
