"""The cookie by which a browser shows that it registered a card.

It holds the secret of a registration and nothing about a person, and goes to the pages of cards
alone. Each organisation has its own: one server may serve many.
"""

from litestar.datastructures import Cookie

from watchword.features.cards.registration.rules import LIFE
from watchword.features.organisations.rules import Organisation
from watchword.foundation.secret import Secret
from watchword.settings import WebSettings
from watchword.web.html.pages import AnyRequest

NAME = "watchword-card"
PATH = "/o/"
SECRET_AT_MOST = 100


def name_of(organisation: Organisation, web: WebSettings) -> str:
    prefix = "__Secure-" if _is_over_tls(web) else ""
    return f"{prefix}{NAME}-{organisation.slug}"


def read_cookie(request: AnyRequest, organisation: Organisation, web: WebSettings) -> Secret | None:
    shown = request.cookies.get(name_of(organisation, web), "")
    return Secret(shown) if 0 < len(shown) <= SECRET_AT_MOST else None


def new_cookie(secret: Secret, organisation: Organisation, web: WebSettings) -> Cookie:
    return _cookie(secret.reveal(), int(LIFE.total_seconds()), organisation, web)


def no_cookie(organisation: Organisation, web: WebSettings) -> Cookie:
    return _cookie("", 0, organisation, web)


def _cookie(value: str, seconds: int, organisation: Organisation, web: WebSettings) -> Cookie:
    return Cookie(
        key=name_of(organisation, web),
        value=value,
        path=PATH,
        max_age=seconds,
        secure=_is_over_tls(web),
        httponly=True,
        samesite="lax",
    )


def _is_over_tls(web: WebSettings) -> bool:
    return web.public_url.startswith("https://")
