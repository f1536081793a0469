"""Whatever the house refuses is said in Twilio's words, and a fault of ours is called one."""

from datetime import timedelta

import pytest

from watchword.web.compat.twilio.errors import say
from watchword.web.problems import Kind, Problem, respond

PATH = "/twilio/v2/Services/+4915112345678"
CODES = {401: 20003, 404: 20404, 405: 20004, 429: 20429, 500: 20500, 503: 20503}
ANY_OTHER = 20001


@pytest.mark.parametrize("kind", Kind)
def test_whatever_the_house_refuses_has_the_form_and_the_code_of_its_status(kind: Kind) -> None:
    said = say(respond(Problem(kind, "Sorry, not now.")), PATH)

    code = CODES.get(kind.status, ANY_OTHER)
    assert said.status_code == kind.status
    assert said.content.keys() == {"code", "message", "more_info", "status"}
    assert (said.content["status"], said.content["code"]) == (kind.status, code)
    assert code != ANY_OTHER or kind.status < 500
    assert "4915112345678" not in str(said.content)


def test_when_to_come_again_and_what_else_can_be_asked_go_along() -> None:
    busy = say(respond(Problem(Kind.TOO_MANY, "Wait.", timedelta(seconds=7))), PATH)
    away = say(respond(Problem(Kind.UNAVAILABLE, "Wait.", timedelta(seconds=3))), PATH)
    other = respond(Problem(Kind.METHOD, "Not so."))
    other.headers["Allow"] = "GET, POST"

    assert (busy.headers["Retry-After"], away.headers["Retry-After"]) == ("7", "3")
    assert say(other, PATH).headers["Allow"] == "GET, POST"
