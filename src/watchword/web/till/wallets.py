"""The exceptions at the till: a wallet that staff pull up, and the master PIN."""

import hashlib
import hmac
from typing import TypeAlias
from uuid import UUID

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.challenges.displays.rules import Displayed
from watchword.features.challenges.verdicts import TooMany
from watchword.features.idempotency.rules import Once, once
from watchword.features.redemptions.master_pins.rules import Entered, Entering, WaitFirst
from watchword.foundation.secret import Secret
from watchword.web.console.nonces import nonce_of
from watchword.web.console.pages import go
from watchword.web.console.visits import Visitor
from watchword.web.html.pages import AnyRequest
from watchword.web.till.pages import REDEEMS, SALES
from watchword.web.till.sales import GONE, ONE, permitted, sale_id, show
from watchword.web.till.terminals_kept import read_cookie
from watchword.web.till.told import Told

PIN_AT_MOST = 32

Shown: TypeAlias = Response[str] | Redirect


@post(ONE + "/wallet", include_in_schema=False, opt=REDEEMS, status_code=200)
async def pull_up(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    """Show staff the code of a customer without a telephone. It is asked for by a form, and so
    never stands in a history."""
    sale, form = sale_id(id), visitor.form
    await permitted(request, visitor, sale)
    if form.is_resumed:
        return await show(request, visitor, sale)
    viewed = await visitor.services.viewings.pull_up(visitor.colleague, sale, form.text("reason"))
    if isinstance(viewed, Displayed):
        return await show(request, visitor, sale, code=viewed)
    if isinstance(viewed, GONE):
        return go(f"{SALES}/{sale}")
    moment = viewed.moment if isinstance(viewed, TooMany) else None
    return await show(request, visitor, sale, Told(getattr(viewed, "word", "reason"), moment))


@post(ONE + "/master-pin", include_in_schema=False, opt=REDEEMS, status_code=200)
async def enter_master_pin(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    """Let a customer through on the word of whoever is signed in, at a registered till."""
    sale, form = sale_id(id), visitor.form
    await permitted(request, visitor, sale)
    credential = read_cookie(request, visitor.services.settings.web)
    if form.is_resumed:
        return await show(request, visitor, sale)
    if credential is None:
        return await show(request, visitor, sale, Told("unknown_terminal"))
    entering = Entering(
        typed=form.text("pin")[:PIN_AT_MOST],
        staff=str(visitor.member.id),
        reason=form.text("why"),
        credential=credential,
    )
    entered = await visitor.services.pin_entries.enter(
        visitor.colleague, sale, entering, _once(visitor, entering)
    )
    if isinstance(entered, (Entered, *GONE)):
        return go(f"{SALES}/{sale}")
    moment = entered.moment if isinstance(entered, WaitFirst) else None
    return await show(request, visitor, sale, Told(f"pin_{entered.word}", moment))


def _once(visitor: Visitor, entering: Entering) -> Once:
    """Name an entry, so that a second press of the button is no second try.

    What is kept of it is taken under the credential of the till, which does not rest with us: so
    it does not tell the PIN to whoever tries all that there are.
    """
    said = f"{entering.typed} {entering.reason}".encode()
    key: Secret = entering.credential
    digest = hmac.digest(key.reveal().encode(), said, hashlib.sha256)
    route = f"/till/master-pin {digest.hex()}"
    return once(nonce_of(visitor), client=visitor.actor, route=route, body=digest)


routes = [pull_up, enter_master_pin]
