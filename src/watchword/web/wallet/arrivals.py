"""The steps on the way in: the code, and what is asked after it. One question on each page.

Opening a page changes nothing, and a form without what was asked for gains nothing: programs press
buttons, too.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TypeAlias

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.challenges.codes import is_too_short
from watchword.features.challenges.service import Answered
from watchword.features.challenges.shown import Shown
from watchword.features.challenges.verdicts import Locked, TooMany
from watchword.features.consents.opt_ins.rules import Ticked
from watchword.features.consents.rules import Scope
from watchword.features.customers.rules import BadField, Customer, read_profile
from watchword.features.wallet.arrivals.rules import (
    Gone,
    NotEnough,
    NotReached,
    NotTheSame,
    Onward,
    SignedIn,
    Step,
    Taken,
    TooOften,
)
from watchword.features.wallet.changes.rules import NotOne
from watchword.features.wallet.entrance.service import Entered, Somebody
from watchword.features.wallet.rules import SecondFact
from watchword.foundation.secret import Secret
from watchword.web.console.forms import EMPTY, Form
from watchword.web.html.pages import AnyRequest
from watchword.web.joining.outcomes import Told, told_of_answer, told_of_beginning
from watchword.web.joining.pages import (
    FOREIGN,
    Foreign,
    House,
    address_of,
    form_of,
    is_token_of,
    language_of,
    token_of,
)
from watchword.web.joining.typed import read_day
from watchword.web.wallet.cookies import ARRIVAL, SESSION, new_cookie, no_cookie
from watchword.web.wallet.door import told_of_begun
from watchword.web.wallet.pages import (
    PATH,
    Reply,
    Seen,
    go,
    secret_of,
    seen,
    show_wallet,
)
from watchword.wiring import Services

CODE_AT_MOST = 64
FOUR = 4
TEMPLATES = {
    Step.CODE: "code.html",
    Step.SECOND: "second.html",
    Step.NAME: "name.html",
    Step.MERGE: "merge.html",
}
FIELDS = ("given_name", "family_name", "day", "month", "year")


Came: TypeAlias = Entered | NotTheSame | NotEnough | Told | Customer | None
Act: TypeAlias = Callable[[Services, Somebody, Form], Awaitable[Came]]


@get(PATH + "/arrival", include_in_schema=False)
async def look(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    house, who = await seen(request, services, slug)
    secret = secret_of(request, house, services, ARRIVAL)
    if secret is None:
        return go(request, house)
    return await _show(request, services, (house, who, secret))


@post(PATH + "/arrival/code", include_in_schema=False, status_code=200)
async def answer(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    async def act(services: Services, who: Somebody, form: Form) -> Came:
        typed = form.text("code")[:CODE_AT_MOST]
        if not typed:
            return Told("nothing_typed")
        if is_too_short(typed):
            return Told("too_short")
        return await services.wallet.entrance.answer(who, typed)

    return await _act(request, services, slug, act)


@post(PATH + "/arrival/sending", include_in_schema=False, status_code=200)
async def send_again(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    async def act(services: Services, who: Somebody, _: Form) -> Came:
        sent = await services.wallet.arrivals.resend(
            who.organisation, who.secret, who.locale, who.address
        )
        match sent:
            case Shown():
                return Told("sent_again", 200)
            case Onward():
                return Told("sent_anew", 200)
            case Gone():
                return sent
            case TooOften() | NotReached() | TooMany() | Locked():
                return told_of_begun(sent)
            case _:
                return told_of_beginning(sent)

    return await _act(request, services, slug, act)


@post(PATH + "/arrival/second", include_in_schema=False, status_code=200)
async def say_who(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    async def act(services: Services, who: Somebody, form: Form) -> Came:
        fact = read_fact(form)
        if fact is None:
            return Told("no_fact")
        return await services.wallet.entrance.say_who(who, fact)

    return await _act(request, services, slug, act)


@post(PATH + "/arrival/other", include_in_schema=False, status_code=200)
async def be_new(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    async def act(services: Services, who: Somebody, _: Form) -> Came:
        return await services.wallet.entrance.be_somebody_new(who)

    return await _act(request, services, slug, act)


@post(PATH + "/arrival/name", include_in_schema=False, status_code=200)
async def sign_up(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    async def act(services: Services, who: Somebody, form: Form) -> Came:
        typed = [form.text(name) for name in ("day", "month", "year")]
        born = read_day(*typed) if any(typed) else None
        if isinstance(born, str):
            return Told("no_date")
        today = services.storage.now().date()
        profile = read_profile(form.text("given_name"), form.text("family_name"), born, today)
        if isinstance(profile, BadField):
            return Told("no_date" if profile.field == "birth_date" else "no_name")
        wish = partial(services.consents.opt_ins.of_form, ticked=read_ticked(form, who.locale))
        entered = await services.wallet.entrance.sign_up(who, profile, wish)
        services.consents.opt_ins.announce(who.organisation)
        return entered

    return await _act(request, services, slug, act)


@post(PATH + "/arrival/merge", include_in_schema=False, status_code=200)
async def merge(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    async def act(services: Services, who: Somebody, _: Form) -> Came:
        if who.visit is None:
            return Gone()
        merged = await services.wallet.changes.merge(who.visit, who.secret)
        return Gone() if isinstance(merged, NotOne) else merged

    return await _act(request, services, slug, act)


@post(PATH + "/arrival/leaving", include_in_schema=False, status_code=200)
async def leave(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    async def act(services: Services, who: Somebody, _: Form) -> Came:
        await services.wallet.arrivals.leave(who.organisation, who.secret)
        return None

    return await _act(request, services, slug, act)


async def _act(request: AnyRequest, services: Services, slug: str, act: Act) -> Reply:
    """Do what a form asks for, and show what came of it. How long that takes tells nothing."""
    house, who = await seen(request, services, slug)
    try:
        form = await form_of(request, services)
    except Foreign:
        return show_wallet(request, house, "foreign.html", status=FOREIGN)
    secret = secret_of(request, house, services, ARRIVAL)
    if secret is None:
        return go(request, house)
    if not is_token_of(form, secret):
        return show_wallet(request, house, "foreign.html", status=FOREIGN)
    somebody = Somebody(
        organisation=house.organisation,
        secret=secret,
        locale=language_of(request, house),
        address=address_of(request, services),
        visit=None if who is None else who.visit,
    )
    async with request.app.state.pace.kept():
        outcome = await act(services, somebody, form)
    return await _led_on(request, services, house, who, (form, secret, outcome))


Outcome: TypeAlias = tuple[Form, Secret, Came]


async def _led_on(  # noqa: PLR0911 - one for each way to go on
    request: AnyRequest, services: Services, house: House, who: Seen | None, came: Outcome
) -> Reply:
    form, secret, outcome = came
    web, ours = services.settings.web, house.organisation
    gone, trust = no_cookie(ARRIVAL, ours, web), "1" if form.flag("trust") else ""
    match outcome:
        case SignedIn() | Taken():
            return _let_in(request, services, house, outcome, trust)
        case Onward():
            step = new_cookie(ARRIVAL, outcome.secret, ours, web)
            return go(request, house, "/arrival", step, trust=trust)
        case Customer():
            return go(request, house, "", gone, said="merged")
        case None:
            return go(request, house, "" if who is None else "/profile", gone)
        case Gone():
            return _show_gone(request, house, who, is_locked=False)
        case NotTheSame(left) if not left:
            return _show_gone(request, house, who, is_locked=True)
        case _:
            whose = house, who, secret
            return await _show(request, services, whose, _told(outcome), form)


def _let_in(
    request: AnyRequest, services: Services, house: House, entered: SignedIn | Taken, trust: str
) -> Reply:
    """Let somebody go on in a session of theirs; a question that is open comes first."""
    web, ours = services.settings.web, house.organisation
    session = new_cookie(SESSION, entered.secret, ours, web)
    if entered.onward is not None:
        asks = new_cookie(ARRIVAL, entered.onward, ours, web)
        return go(request, house, "/arrival", session, asks)
    gone = no_cookie(ARRIVAL, ours, web)
    if isinstance(entered, Taken):
        return go(request, house, "/profile", session, gone, said="contact_changed")
    said = "welcome" if entered.is_new else ""
    return go(request, house, "", session, gone, said=said, trust=trust)


def _told(outcome: Told | NotTheSame | NotEnough | Answered) -> Told:
    match outcome:
        case Told():
            return outcome
        case NotTheSame(left):
            return Told("not_the_same", left=left)
        case NotEnough():
            return Told("not_enough")
        case _:
            return told_of_answer(outcome) or Told("ask_staff")


def _show_gone(request: AnyRequest, house: House, who: Seen | None, *, is_locked: bool) -> Reply:
    if who is not None and not is_locked:
        return go(request, house)  # They pressed twice, and are in.
    return show_wallet(request, house, "gone.html", status=410, is_locked=is_locked)


async def _show(
    request: AnyRequest,
    services: Services,
    whose: tuple[House, Seen | None, Secret],
    told: Told | None = None,
    form: Form = EMPTY,
) -> Reply:
    house, who, secret = whose
    arrival = await services.wallet.arrivals.look(house.organisation, secret)
    if arrival is None:
        return _show_gone(request, house, who, is_locked=False)
    offers: Mapping[Scope, str] = {}
    if arrival.step is Step.NAME:
        kinds = await services.wallet.arrivals.kinds(house.organisation, arrival)
        locale = language_of(request, house)
        offers = await services.consents.opt_ins.offered(house.organisation, kinds, locale)
    return show_wallet(
        request,
        house,
        TEMPLATES[arrival.step],
        status=200 if told is None else told.status,
        token=token_of(secret),
        told=told,
        arrival=arrival,
        is_over=await services.wallet.arrivals.is_over(house.organisation, arrival),
        offers=offers,
        ticked=read_ticked(form, "").scopes,
        is_seen=who is not None,
        trusts=form.flag("trust") or "trust" in request.query_params or form is EMPTY,
        values={name: form.text(name) for name in FIELDS},
        now=services.storage.now(),
    )


def read_ticked(form: Form, locale: str) -> Ticked:
    """Read which boxes are ticked. None is, unless somebody has done so."""
    return Ticked(frozenset(scope for scope in Scope if form.flag(f"offers_{scope}")), locale)


def read_fact(form: Form) -> SecondFact | None:
    """Read a date of birth, the end of a card's number, or both; nothing, if neither is one."""
    typed = [form.text(name) for name in ("day", "month", "year")]
    born = read_day(*typed) if any(typed) else None
    four = form.text("four").replace(" ", "")
    is_four = len(four) == FOUR and four.isalnum() and four.isascii()
    if isinstance(born, str) or (four and not is_four):
        return None
    fact = SecondFact(birth_date=born, last_four=four.upper() or None)
    return None if fact.is_nothing else fact


routes = [look, answer, send_again, say_who, be_new, sign_up, merge, leave]
