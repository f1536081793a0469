"""Small cookies that tie what a browser was asked to its answer, and are gone in minutes.

Nothing about a person is in one, and none signs anybody in.
"""

from datetime import timedelta

from litestar.datastructures import Cookie

from watchword.foundation.secret import Secret
from watchword.settings import WebSettings
from watchword.web.console.cookies import is_over_tls
from watchword.web.html.pages import AnyRequest

TICKET_AT_MOST = 100


def read_ticket(request: AnyRequest, name: str, web: WebSettings) -> Secret | None:
    """Give what the browser shows, if that may be one of ours."""
    shown = request.cookies.get(_called(name, web), "")
    return Secret(shown) if 0 < len(shown) <= TICKET_AT_MOST else None


def new_ticket(name: str, secret: Secret, life: timedelta, web: WebSettings) -> Cookie:
    """Give a cookie that goes with requests from our own pages alone."""
    return Cookie(
        key=_called(name, web),
        value=secret.reveal(),
        path="/",
        max_age=int(life.total_seconds()),
        secure=is_over_tls(web),
        httponly=True,
        samesite="strict",
    )


def no_ticket(name: str, web: WebSettings) -> Cookie:
    """Give what takes the cookie away."""
    return new_ticket(name, Secret(""), timedelta(0), web)


def _called(name: str, web: WebSettings) -> str:
    return f"__Host-{name}" if is_over_tls(web) else name
