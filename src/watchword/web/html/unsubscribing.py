"""Where mail programs unsubscribe with one click (RFC 8058), and people who open the address.

Opening it changes nothing: programs open addresses that stand in mails, and press their buttons,
too. What a mail program posts is fixed by the standard; whoever reads the page types a word.
"""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.params import FromPath

from watchword.features.consents.inbound.meanings import meaning_of
from watchword.features.consents.inbound.rules import Meaning
from watchword.features.consents.unsubscribing.links import BELOW
from watchword.features.organisations.rules import Organisation
from watchword.web.html.pages import AnyRequest, show
from watchword.wiring import Services

PATH = BELOW + "{token:str}"
NAME, ONE_CLICK = "List-Unsubscribe", "One-Click"
WORD = "word"
BODY_AT_MOST = 4_096
TYPED_AT_MOST = 40


@get(PATH, include_in_schema=False)
async def look(
    request: AnyRequest, token: FromPath[str], services: NamedDependency[Services]
) -> Response[str]:
    return _shown(request, await services.consents.unsubscribing.look(token), "open")


@post(PATH, include_in_schema=False, status_code=200, request_max_body_size=BODY_AT_MOST)
async def unsubscribe(
    request: AnyRequest, token: FromPath[str], services: NamedDependency[Services]
) -> Response[str]:
    unsubscribing = services.consents.unsubscribing
    if await _is_meant(request):
        return _shown(request, await unsubscribing.stop(token), "done")
    return _shown(request, await unsubscribing.look(token), "missing")


async def _is_meant(request: AnyRequest) -> bool:
    """Say whether a mail program has done so as the standard says, or a person by a word."""
    try:
        form = await request.form()
    except HTTPException:
        return False
    if form.get(NAME) == ONE_CLICK:
        return True
    typed = form.get(WORD)
    return isinstance(typed, str) and meaning_of(typed[:TYPED_AT_MOST]) is Meaning.STOP


def _shown(request: AnyRequest, whose: Organisation | None, state: str) -> Response[str]:
    if whose is None:
        return show(request, "denial_unknown.html", status=404)
    status = 422 if state == "missing" else 200
    return show(request, "unsubscribing.html", status=status, name=whose.name, state=state)


routes = [look, unsubscribe]
