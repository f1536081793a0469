"""The cookie by which a browser shows that somebody is signed in.

It holds the secret of a session and nothing about a person. Over TLS it is bound to this host
(`__Host-`); a demonstration on the same machine has no TLS, and some browsers would drop it.
"""

from litestar.datastructures import Cookie

from watchword.foundation.secret import Secret
from watchword.settings import WebSettings
from watchword.web.html.pages import AnyRequest

NAME = "watchword-console"
SECRET_AT_MOST = 100


def is_over_tls(web: WebSettings) -> bool:
    return web.public_url.startswith("https://")


def name_of(web: WebSettings) -> str:
    return f"__Host-{NAME}" if is_over_tls(web) else NAME


def read_cookie(request: AnyRequest, web: WebSettings) -> Secret | None:
    """Give what the browser shows, if that may be one of ours."""
    shown = request.cookies.get(name_of(web), "")
    return Secret(shown) if 0 < len(shown) <= SECRET_AT_MOST else None


def new_cookie(secret: Secret, web: WebSettings) -> Cookie:
    """Give the cookie of a session; how long it is good for is the server's business."""
    return Cookie(
        key=name_of(web),
        value=secret.reveal(),
        path="/",
        secure=is_over_tls(web),
        httponly=True,
        samesite="lax",
    )


def no_cookie(web: WebSettings) -> Cookie:
    """Give what takes the cookie away."""
    return Cookie(
        key=name_of(web),
        value="",
        path="/",
        max_age=0,
        secure=is_over_tls(web),
        httponly=True,
        samesite="lax",
    )
