"""What a customer sees of what they hold: the card, the points, the code for the till, rewards."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.cards.means import Means
from watchword.features.challenges.displays.rules import Displayed
from watchword.features.challenges.rules import ChallengeId
from watchword.features.challenges.verdicts import TooMany
from watchword.features.contacts.rules import Contact
from watchword.features.staff.passkeys.rules import NoPasskeysHere
from watchword.features.tills.rules import NoAccount
from watchword.features.wallet.codes.service import Seen as Shown
from watchword.features.wallet.rules import HeldCard, Purse
from watchword.web.console.forms import Form
from watchword.web.cursors import read_cursor, write_cursor
from watchword.web.html.pages import AnyRequest
from watchword.web.joining.cookies import new_cookie as new_card_cookie
from watchword.web.joining.outcomes import Told
from watchword.web.joining.pages import language_of
from watchword.web.joining.shown import square_of
from watchword.web.wallet.barcodes import Bars, bars_of, grouped
from watchword.web.wallet.door import show_door
from watchword.web.wallet.pages import (
    PATH,
    Reply,
    Seen,
    acting,
    go,
    opened,
    show_seen,
)
from watchword.wiring import Services


@dataclass(frozen=True, slots=True)
class Face:
    """The card as it stands on the page."""

    bars: Bars
    number: str


def face_of(card: HeldCard | None) -> Face | None:
    if card is None:
        return None
    number = card.number.reveal()
    return Face(bars_of(number), grouped(number))


@get(PATH, include_in_schema=False)
async def show_home(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    house, who, purse = await opened(request, services, slug)
    if who is None or purse is None:
        return show_door(request, services, house)
    return await _show_home(who, purse)


@post(PATH + "/code", include_in_schema=False, status_code=200)
async def show_code(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    """Show the code for the till. It is asked for by a form, and so never stands in a history."""

    async def act(who: Seen, _: Form) -> Reply:
        shown = await services.wallet.codes.show(who.visit)
        purse = (await opened(request, services, slug))[2]
        if purse is None:
            return go(request, who.house)
        return await _show_home(who, purse, shown)

    return await acting(request, services, slug, act)


@post(PATH + "/code/denials", include_in_schema=False, status_code=200)
async def deny_code(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    async def act(who: Seen, form: Form) -> Reply:
        try:
            id = ChallengeId(UUID(form.text("challenge")))
        except ValueError:
            return go(request, who.house)
        await services.wallet.codes.deny(who.visit, id)
        return go(request, who.house, said="code_denied")

    return await acting(request, services, slug, act)


@get(PATH + "/card", include_in_schema=False)
async def show_card(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    """Show the card alone, to be scanned. It is kept on the device for a bad line: no points."""
    house, who, purse = await opened(request, services, slug)
    if who is None or purse is None:
        return go(request, house)
    card = purse.card
    square, size = ("", 0) if card is None else square_of(card.number)
    return show_seen(
        who,
        "card.html",
        name=purse.profile.name,
        face=face_of(card),
        square=square,
        size=size,
        offers_vouchers=await services.vouchers.vouchers.is_on(house.organisation.id),
    )


@post(PATH + "/card/confirmations", include_in_schema=False, status_code=200)
async def confirm_card(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    """Lead to the pages on which a card is confirmed, as whoever is signed in."""

    async def act(who: Seen, _: Form) -> Reply:
        purse = (await opened(request, services, slug))[2]
        if purse is None or purse.card is None:
            return go(request, who.house)
        card = await services.cards.cards.read(who.house.organisation.id, purse.card.id)
        registered = await services.joining.registrations.come_in(who.house.organisation, card)
        reply = go(request, who.house, "/../card")
        web = services.settings.web
        reply.set_cookie(new_card_cookie(registered.secret, who.house.organisation, web))
        return reply

    return await acting(request, services, slug, act)


@get(PATH + "/history", include_in_schema=False)
async def show_history(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    house, who, purse = await opened(request, services, slug)
    if who is None or purse is None:
        return go(request, house)
    after = read_cursor(request.query_params.get("after"))
    locale = language_of(request, house)
    page = await services.wallet.wallet.history(who.visit, purse, locale, after)
    return show_seen(
        who,
        "history.html",
        card=purse.card,
        movements=page.items,
        after=None if page.after is None else write_cursor(page.after),
    )


async def _show_home(who: Seen, purse: Purse, shown: Shown | None = None) -> Reply:
    now, query = who.services.storage.now(), who.request.query_params
    is_new_here = query.get("trust", "") == "1" or query.get("said", "") == "welcome"
    party = who.services.wallet.passkeys.party
    code = shown if isinstance(shown, Displayed) else None
    vouchers, whose = who.services.vouchers.vouchers, who.house.organisation.id
    offers_vouchers = await vouchers.is_on(whose)
    return show_seen(
        who,
        "home.html",
        purse=purse,
        card=purse.card,
        face=face_of(purse.card),
        shows_code=await who.services.wallet.codes.is_on(who.visit),
        ways=await _ways(who, purse),
        code=code,
        seconds=0 if code is None else max(int((code.expires_at - now).total_seconds()), 0),
        offers_vouchers=offers_vouchers,
        out=await vouchers.count_out(whose, who.visit.customer_id) if offers_vouchers else 0,
        refused=None if code or shown is None else _told(shown),
        trusts=query.get("trust", "") == "1",
        awaited=await _awaited(who) if query.get("said", "") == "welcome" else (),
        offers_passkey=is_new_here and who.is_fresh and not isinstance(party, NoPasskeysHere),
    )


async def _awaited(who: Seen) -> Sequence[Contact]:
    """Give where somebody was asked for a YES who has only just signed up."""
    customer = await who.services.wallet.changes.customer(who.visit)
    ids = [each.contact_id for each in customer.contacts if each.verified_at]
    return await who.services.consents.entries.awaited(who.house.organisation, ids)


async def _ways(who: Seen, purse: Purse) -> Sequence[Means]:
    """Give the ways by which somebody may verify their card, if that is what is missing."""
    card = purse.card
    if purse.may_spend or card is None or card.is_frozen:
        return ()
    services, whose = who.services, who.house.organisation
    customer = await services.customers.read(whose.id, who.visit.customer_id)
    return [offer.means for offer in await services.cards.attempts.offered(whose, customer)]


def _told(shown: Shown) -> Told | None:
    """Say why there is no code to be seen. What is missing at a card stands on the page anyway."""
    if isinstance(shown, NoAccount):
        return None
    if isinstance(shown, TooMany):
        return Told("too_many", moment=shown.moment)
    return Told("no_code")


routes = [show_home, show_code, deny_code, show_card, confirm_card, show_history]
