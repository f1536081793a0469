"""Whatever the house refuses is said in Twilio's words, and a fault of ours is called one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeAlias, cast

import pytest
from litestar import Request, Response
from litestar.testing import RequestFactory

from tests.stores import NOON
from watchword.features.crossings.pairs import advice
from watchword.features.crossings.pairs.rules import Call, Said
from watchword.features.crossings.pairs.rules import Kind as Difference
from watchword.web.compat.twilio import errors
from watchword.web.compat.twilio.errors import Trouble, handlers, say
from watchword.web.problems import Kind, Problem, respond

Refuse: TypeAlias = Callable[[Request[Any, Any, Any], Problem], Response[dict[str, Any]]]
PATH = "/twilio/v2/Services/+4915112345678"
CODES = {401: 20003, 404: 20404, 405: 20004, 429: 20429, 500: 20500, 503: 20503}
ANY_OTHER = 20001
FORBIDDEN = 403


TROUBLES = [each for each in vars(errors).values() if isinstance(each, Trouble)]


@pytest.mark.parametrize("kind", Kind)
def test_whatever_the_house_refuses_has_the_form_and_the_code_of_its_status(kind: Kind) -> None:
    said = say(respond(Problem(kind, "Sorry, not now.")), PATH)

    code = CODES.get(kind.status, ANY_OTHER)
    assert said.status_code == kind.status
    assert said.content.keys() == {"code", "message", "more_info", "status"}
    assert (said.content["status"], said.content["code"]) == (kind.status, code)
    assert code != ANY_OTHER or kind.status < 500
    assert "4915112345678" not in str(said.content)


@pytest.mark.parametrize("kind", Kind)
def test_a_part_that_all_doors_share_refuses_with_the_same_codes(kind: Kind) -> None:
    request = RequestFactory().get(PATH)
    refuse = cast("Refuse", handlers[Problem])

    said = refuse(request, Problem(kind, "Sorry, not now.", timedelta(seconds=7)))

    assert said.content["code"] == CODES.get(kind.status, ANY_OTHER)
    assert said.content["status"] == kind.status


def test_when_to_come_again_and_what_else_can_be_asked_go_along() -> None:
    busy = say(respond(Problem(Kind.TOO_MANY, "Wait.", timedelta(seconds=7))), PATH)
    away = say(respond(Problem(Kind.UNAVAILABLE, "Wait.", timedelta(seconds=3))), PATH)
    other = respond(Problem(Kind.METHOD, "Not so."))
    other.headers["Allow"] = "GET, POST"

    assert (busy.headers["Retry-After"], away.headers["Retry-After"]) == ("7", "3")
    assert say(other, PATH).headers["Allow"] == "GET, POST"


def test_there_is_advice_for_every_code_by_which_something_would_be_refused_here() -> None:
    begun = Said(201, None, "pending")
    kinds = [
        Difference(
            call=Call.CREATE,
            theirs=begun,
            ours=Said(each.status, each.code),
            times=1,
            first_at=NOON,
            last_at=NOON,
        )
        for each in TROUBLES
        if each.status == FORBIDDEN
    ]

    assert {each.code for each in TROUBLES} >= {*advice.OURS}
    assert {60204, 60410, 60605} <= {each.ours.code for each in kinds}
    assert advice.Advice.REFUSED_HERE not in map(advice.advise, kinds)
