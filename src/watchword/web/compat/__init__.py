"""Doors in the form of other products, for integrations that were written for those."""

from collections.abc import Sequence

from litestar.types import ControllerRouterHandler

from watchword.web.compat import aiq, camara, twilio

routes: Sequence[ControllerRouterHandler] = [
    *aiq.routes,
    *camara.routes,
    *twilio.routes,
]
fronts = (camara.front, twilio.front)
"""Those that also refuse as the other product does."""
