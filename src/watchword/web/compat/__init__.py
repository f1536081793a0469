"""Doors in the form of other products, for integrations that were written for those."""

from collections.abc import Sequence

from litestar.types import ControllerRouterHandler

from watchword.web.compat import aiq, camara

routes: Sequence[ControllerRouterHandler] = [*aiq.routes, *camara.routes]
fronts = (camara.front,)
"""Those that also refuse as the other product does."""
