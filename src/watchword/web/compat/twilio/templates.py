"""Templates: the words that carry codes, as Twilio's clients list them."""

from litestar.handlers import HTTPRouteHandler

from watchword.web.compat.twilio.errors import Trouble
from watchword.web.compat.twilio.sids import TEMPLATE, named_sid

CODES = named_sid(TEMPLATE, "challenges.code")
"""The one template that there is: the words of each language that carry a code."""

NO_TEMPLATE = Trouble(60228, 404, "Template was not found")


def find_fault_of_template(sid: str) -> Trouble | None:
    return None if sid == CODES else NO_TEMPLATE


routes: list[HTTPRouteHandler] = []
