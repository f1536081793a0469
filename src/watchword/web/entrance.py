"""Who runs this machine: known by the token of the settings."""

import hmac
from typing import Any

from litestar import Request

from watchword.wiring import Services

BEARER = "bearer"


def is_operator(request: Request[Any, Any, Any], services: Services) -> bool:
    """Say whether a request shows the token. Where there is none, nobody does."""
    token = services.settings.metrics.token
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    if token is None or scheme.lower() != BEARER:
        return False
    return hmac.compare_digest(shown.strip().encode(), token.reveal().encode())
