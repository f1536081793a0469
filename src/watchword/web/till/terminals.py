"""Where a browser becomes a registered till: its credential is typed once, and kept."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from watchword.features.staff.permissions import Permission
from watchword.foundation.secret import Secret
from watchword.web.console.pages import go
from watchword.web.console.visits import Visitor
from watchword.web.html.pages import AnyRequest
from watchword.web.till.pages import PATH, REDEEMS, show_till
from watchword.web.till.terminals_kept import SECRET_AT_MOST, new_cookie, terminal_by

TERMINAL = f"{PATH}/terminal"


@get(TERMINAL, include_in_schema=False, opt=REDEEMS)
async def ask_for_credential(
    request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str]:
    return show_till(request, visitor, None, "terminal.html", problem="")


@post(TERMINAL, include_in_schema=False, opt=REDEEMS, status_code=200)
async def keep_credential(
    request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    credential = Secret(visitor.form.text("credential")[:SECRET_AT_MOST])
    terminal = await terminal_by(credential, visitor)
    if terminal is None or not visitor.may(Permission.REDEEM, terminal.location_id):
        return show_till(request, visitor, None, "terminal.html", status=422, problem="unknown")
    response = go(f"{PATH}/{terminal.location_id}", said="registered")
    response.set_cookie(new_cookie(credential, visitor.services.settings.web))
    return response


routes = [ask_for_credential, keep_credential]
