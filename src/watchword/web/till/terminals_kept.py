"""The cookie by which a browser shows that it is a registered till.

It holds the credential of the till and opens nothing by itself: whoever works there signs in.
"""

from datetime import timedelta

from litestar.datastructures import Cookie

from watchword.features.tills.terminals.rules import Terminal, UnknownTerminal
from watchword.foundation.secret import Secret
from watchword.settings import WebSettings
from watchword.web.console.cookies import is_over_tls
from watchword.web.console.visits import Visitor
from watchword.web.html.pages import AnyRequest

NAME = "watchword-terminal"
SECRET_AT_MOST = 100
KEPT_FOR = timedelta(days=400)
"""As long as browsers keep anything. A till that is revoked is none at once, whatever it keeps."""


def name_of(web: WebSettings) -> str:
    return f"__Host-{NAME}" if is_over_tls(web) else NAME


def read_cookie(request: AnyRequest, web: WebSettings) -> Secret | None:
    shown = request.cookies.get(name_of(web), "")
    return Secret(shown) if 0 < len(shown) <= SECRET_AT_MOST else None


def new_cookie(credential: Secret, web: WebSettings) -> Cookie:
    return Cookie(
        key=name_of(web),
        value=credential.reveal(),
        path="/",
        max_age=int(KEPT_FOR.total_seconds()),
        secure=is_over_tls(web),
        httponly=True,
        samesite="strict",
    )


async def terminal_of(request: AnyRequest, visitor: Visitor) -> Terminal | None:
    """Give the till that a browser is, if it is one of the visitor's organisation."""
    credential = read_cookie(request, visitor.services.settings.web)
    return None if credential is None else await terminal_by(credential, visitor)


async def terminal_by(credential: Secret, visitor: Visitor) -> Terminal | None:
    found = await visitor.services.terminals.look(credential)
    if isinstance(found, UnknownTerminal):
        return None
    organisation, terminal = found
    return terminal if organisation.id == visitor.organisation.id else None
