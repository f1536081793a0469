"""Another reward than was named: the customer agrees to it by a code of its own."""

from typing import TypeAlias
from uuid import UUID

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.challenges.verdicts import TooMany, TooSoon
from watchword.features.idempotency.rules import once
from watchword.features.organisations.settings.redemption import Way
from watchword.features.redemptions.counter.rules import Sight
from watchword.features.rewards.rules import MayNotTake
from watchword.features.tills.rules import Other, Proof, Wanted
from watchword.features.tills.verdicts import AskedForOther, Asking
from watchword.web.console.nonces import nonce_of
from watchword.web.console.pages import go
from watchword.web.console.visits import Visitor
from watchword.web.html.pages import AnyRequest
from watchword.web.till.naming import read_wanted
from watchword.web.till.pages import REDEEMS, SALES
from watchword.web.till.sales import GONE, ONE, permitted, sale_id, show
from watchword.web.till.told import Told

Shown: TypeAlias = Response[str] | Redirect


@post(ONE + "/others", include_in_schema=False, opt=REDEEMS, status_code=200)
async def ask_for_other(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    """Go on with a sale of its own for the same customer. One form asks once."""
    sale = sale_id(id)
    sight = await permitted(request, visitor, sale)
    if visitor.form.is_resumed:
        return await show(request, visitor, sale)
    if sight.redemption is not None:
        return go(f"{SALES}/{sale}")
    wanted = await read_wanted(visitor)
    if isinstance(wanted, Told):
        return await show(request, visitor, sale, wanted)
    asked = await _ask(visitor, sight, wanted)
    if isinstance(asked, Asking):
        return go(f"{SALES}/{asked.id}", said="other")
    if isinstance(asked, GONE):
        return go(f"{SALES}/{sale}")
    return await show(request, visitor, sale, _told(asked))


async def _ask(visitor: Visitor, sight: Sight, wanted: Wanted) -> AskedForOther:
    """Ask in the way in which the customer was asked before, as far as that is known."""
    session = sight.session
    is_shown = session.way is Proof.WALLET_CODE or Way.SENT_CODE not in sight.ways
    asked = once(
        nonce_of(visitor),
        client=visitor.actor,
        route=f"/till/sales/{session.id}/others {wanted}",
        body=b"",
    )
    return await visitor.services.tills.ask_for_other(
        visitor.colleague, session.id, Other(wanted=wanted, is_sent=not is_shown), asked
    )


def _told(asked: AskedForOther) -> Told:
    match asked:
        case MayNotTake(why):
            return Told(why)
        case TooSoon(moment) | TooMany(moment):
            return Told(asked.word, moment)
        case _:
            return Told(asked.word)


routes = [ask_for_other]
