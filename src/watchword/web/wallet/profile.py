"""How a customer is reached: they change it themselves, after showing once more who they are."""

from collections.abc import Mapping

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.customers.rules import CustomerContact
from watchword.features.staff.passkeys.rules import NoPasskeysHere
from watchword.features.wallet.arrivals.rules import Kind, Onward
from watchword.features.wallet.arrivals.service import Begun
from watchword.features.wallet.changes.rules import LastOne, Stale, TheirsAlready
from watchword.features.wallet.notices.rules import CHANNELS
from watchword.foundation.errors import NotFound
from watchword.web.console.forms import EMPTY, Form
from watchword.web.html.pages import AnyRequest
from watchword.web.joining.names import name_of, named
from watchword.web.joining.outcomes import Told
from watchword.web.joining.pages import address_of, language_of
from watchword.web.wallet.cookies import ARRIVAL, new_cookie
from watchword.web.wallet.door import read_contacts, told_of_begun
from watchword.web.wallet.pages import (
    PATH,
    Reply,
    Seen,
    acting,
    go,
    seen,
    show_seen,
    signed_out,
)
from watchword.wiring import Services

NO_PROBLEMS: Mapping[str, str] = {}


@get(PATH + "/profile", include_in_schema=False)
async def show_profile(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    house, who = await seen(request, services, slug)
    return go(request, house) if who is None else await _show_profile(who)


@post(PATH + "/proofs", include_in_schema=False, status_code=200)
async def prove(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    """Send a code to a contact point that is theirs, so that they show once more who they are."""

    async def act(who: Seen, form: Form) -> Reply:
        theirs = await _contact(who, form.text("contact"))
        if theirs is None or theirs.verified_at is None:
            return await _show_profile(who, told=Told("nothing_chosen"))
        begun = await services.wallet.arrivals.begin(
            who.house.organisation,
            [theirs.contact],
            kind=Kind.PROOF,
            locale=language_of(request, who.house),
            address=address_of(request, services),
            visit=who.visit,
        )
        return await _begun(who, begun)

    return await acting(request, services, slug, act)


@post(PATH + "/contacts", include_in_schema=False, status_code=200)
async def change_contact(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    async def act(who: Seen, form: Form) -> Reply:
        contacts, problems = read_contacts(form, who.house)
        if problems or not contacts:
            said = problems or {("mobile" if form.flag("mobile") else "email"): "nothing"}
            return await _show_profile(who, form=form, problems=said)
        replaced = await _contact(who, form.text("contact"))
        begun = await services.wallet.changes.begin(
            who.visit,
            contacts[0],
            None if replaced is None else replaced.contact_id,
            locale=language_of(request, who.house),
            address=address_of(request, services),
        )
        return await _begun(who, begun, form)

    return await acting(request, services, slug, act)


@post(PATH + "/contacts/{name:str}/removals", include_in_schema=False, status_code=200)
async def remove_contact(
    request: AnyRequest,
    slug: FromPath[str],
    name: FromPath[str],
    services: NamedDependency[Services],
) -> Reply:
    async def act(who: Seen, _: Form) -> Reply:
        theirs = await _contact(who, name)
        if theirs is None:
            raise NotFound("contact point")
        fault = await services.wallet.changes.remove(who.visit, theirs.contact_id)
        if isinstance(fault, Stale | LastOne):
            return await _show_profile(who, told=Told(fault.word))
        return go(request, who.house, "/profile", said="contact_removed")

    return await acting(request, services, slug, act)


@post(PATH + "/offers", include_in_schema=False, status_code=200)
async def choose_offers(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    """Take what somebody says about offers, at a contact point that was shown to be theirs."""

    async def act(who: Seen, form: Form) -> Reply:
        theirs = await _contact(who, form.text("contact"))
        if theirs is None or theirs.verified_at is None or theirs.kind not in CHANNELS:
            return await _show_profile(who, told=Told("nothing_chosen"))
        await services.consents.entries.choose(
            who.house.organisation,
            theirs.contact_id,
            language_of(request, who.house),
            agrees=form.text("agrees") == "yes",
        )
        return go(request, who.house, "/profile", said="offers")

    return await acting(request, services, slug, act)


@post(PATH + "/sign-out", include_in_schema=False, status_code=200)
async def sign_out(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    async def act(who: Seen, _: Form) -> Reply:
        await services.wallet.devices.sign_out(who.visit)
        return signed_out(request, who.house, services)

    return await acting(request, services, slug, act)


@post(PATH + "/sign-out/everywhere", include_in_schema=False, status_code=200)
async def sign_out_everywhere(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    async def act(who: Seen, _: Form) -> Reply:
        await services.wallet.devices.sign_out_everywhere(who.visit)
        return signed_out(request, who.house, services)

    return await acting(request, services, slug, act)


async def _begun(who: Seen, begun: Begun | Stale | TheirsAlready, form: Form = EMPTY) -> Reply:
    if isinstance(begun, Onward):
        ours, web = who.house.organisation, who.services.settings.web
        cookie = new_cookie(ARRIVAL, begun.secret, ours, web)
        return go(who.request, who.house, "/arrival", cookie)
    if isinstance(begun, Stale | TheirsAlready):
        return await _show_profile(who, form=form, told=Told(begun.word))
    return await _show_profile(who, form=form, told=told_of_begun(begun))


async def _contact(who: Seen, name: str) -> CustomerContact | None:
    """Give which of their contact points somebody means, by what their pages call it."""
    customer = await who.services.wallet.changes.customer(who.visit)
    id = named(name, who.token, [each.contact_id for each in customer.contacts])
    return None if id is None else customer.contact(id)


async def _show_profile(
    who: Seen,
    *,
    form: Form = EMPTY,
    problems: Mapping[str, str] = NO_PROBLEMS,
    told: Told | None = None,
) -> Reply:
    customer = await who.services.wallet.changes.customer(who.visit)
    organisation, consents = who.house.organisation, who.services.consents
    shown = [each.contact_id for each in customer.contacts if each.verified_at]
    seen_of = await consents.entries.of_contacts(organisation, shown)
    kinds = {contact.kind for _, contact, _ in seen_of}
    status = told.status if told is not None else (422 if problems else 200)
    return show_seen(
        who,
        "profile.html",
        status=status,
        customer=customer,
        contacts=[each for each in customer.contacts if each.kind in CHANNELS],
        names={each.contact_id: name_of(who.token, each.contact_id) for each in customer.contacts},
        values={name: form.text(name) for name in ("mobile", "email", "contact")},
        problems=problems,
        told=told,
        agreed={id: sorted(found.allowed) for id, _, found in seen_of},
        awaited={id for id, _, found in seen_of if found.awaited},
        offers=await consents.opt_ins.offered(
            organisation, kinds, language_of(who.request, who.house)
        ),
        passkeys_here=not isinstance(who.services.wallet.passkeys.party, NoPasskeysHere),
    )


routes = [
    show_profile,
    prove,
    change_contact,
    remove_contact,
    choose_offers,
    sign_out,
    sign_out_everywhere,
]
