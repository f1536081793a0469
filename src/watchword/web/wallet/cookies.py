"""The cookies of the wallet: one of a session, one of somebody on the way in.

Each holds a secret and nothing about a person. Each organisation has its own: one server may serve
many. They are bound to the host and to `/` (`__Host-`), so that no page of a neighbouring name can
plant one; that they go along to other pages of ours is what it costs.
"""

from litestar.datastructures import Cookie

from watchword.features.organisations.rules import Organisation
from watchword.features.wallet.arrivals.rules import LIFE
from watchword.features.wallet.sessions.rules import WHOLE
from watchword.foundation.secret import Secret
from watchword.settings import WebSettings
from watchword.web.console.cookies import is_over_tls
from watchword.web.html.pages import AnyRequest

SESSION, ARRIVAL, PASSKEY = "wallet", "wallet-arrival", "wallet-passkey"
LIVES = {SESSION: WHOLE, ARRIVAL: LIFE}
SECRET_AT_MOST = 100


def read_cookie(
    request: AnyRequest, name: str, organisation: Organisation, web: WebSettings
) -> Secret | None:
    shown = request.cookies.get(_called(name, organisation, web), "")
    return Secret(shown) if 0 < len(shown) <= SECRET_AT_MOST else None


def new_cookie(name: str, secret: Secret, organisation: Organisation, web: WebSettings) -> Cookie:
    seconds = int(LIVES[name].total_seconds())
    return _cookie(name, secret.reveal(), seconds, organisation, web)


def no_cookie(name: str, organisation: Organisation, web: WebSettings) -> Cookie:
    return _cookie(name, "", 0, organisation, web)


def _cookie(
    name: str, value: str, seconds: int, organisation: Organisation, web: WebSettings
) -> Cookie:
    return Cookie(
        key=_called(name, organisation, web),
        value=value,
        path="/",
        max_age=seconds,
        secure=is_over_tls(web),
        httponly=True,
        samesite="lax",
    )


def _called(name: str, organisation: Organisation, web: WebSettings) -> str:
    prefix = "__Host-" if is_over_tls(web) else ""
    return f"{prefix}watchword-{name}-{organisation.slug}"
