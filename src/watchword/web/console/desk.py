"""The staff desk: somebody shows or says a reference; staff compare, and confirm."""

from collections.abc import Sequence

from litestar import Response, get, post
from litestar.di import NamedDependency

from watchword.features.cards.confirmations.service import Waiting
from watchword.features.cards.evidence import callable_back, comparable
from watchword.features.cards.means import Means
from watchword.features.staff.permissions import Permission
from watchword.web.console.card_page import addresses_of, offered_to, places_of
from watchword.web.console.pages import show_console
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.pages import AnyRequest

PATH = "/console/desk"
SEE = {PERMISSION: Permission.CUSTOMERS_SEARCH}


@get(PATH, include_in_schema=False, opt=SEE)
async def show_desk(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    return show_console(request, visitor, "cards/desk.html", typed="", problem="")


@post(PATH, include_in_schema=False, status_code=200, opt=SEE)
async def find_waiting(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    """Look a reference up. Nothing is changed by it."""
    typed = visitor.form.text("reference")
    found = await visitor.services.cards.confirmations.find(visitor.colleague, typed)
    if not isinstance(found, Waiting):
        return show_console(
            request, visitor, "cards/desk.html", status=422, typed=typed, problem=found.word
        )
    return show_console(
        request,
        visitor,
        "cards/waiting.html",
        waiting=found,
        card=found.card,
        customer=found.customer,
        ticket=found.attempt.ticket,
        means=_chosen(found, await offered_to(visitor, found.card)),
        places=await places_of(visitor),
        numbers=callable_back(found.known.customer),
        recent=found.known.recent,
        addresses=addresses_of(found.customer),
        is_own=found.is_own,
        compared=comparable(found.customer),
        about="",
        revealed=None,
        problem="",
        form=visitor.form,
    )


def _chosen(waiting: Waiting, offered: Sequence[Means]) -> Sequence[Means]:
    """Give the way that the customer has chosen; or what else staff may do, if it is not theirs.

    Whoever is on the telephone is not seen: nothing stands in for calling them back.
    """
    by_reference = [each for each in offered if each is not Means.OTHER]
    chosen = [each for each in by_reference if each is waiting.attempt.means]
    return chosen if chosen or waiting.attempt.means is Means.PHONE else by_reference


routes = [show_desk, find_waiting]
