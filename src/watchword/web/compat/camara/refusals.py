"""What is refused, as CAMARA says it: a status, a code that programs read, and a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any

from litestar import Request, Response
from litestar.types import ExceptionHandlersMap

from watchword.web.problems import ProblemResponse, retry_after_header

OWN = "ONE_TIME_PASSWORD_SMS."
MESSAGE_AT_MOST = 512  # characters
OF_STATUS: Mapping[int, tuple[int, str]] = {
    400: (400, "INVALID_ARGUMENT"),
    401: (401, "UNAUTHENTICATED"),
    403: (403, "PERMISSION_DENIED"),
    404: (404, "NOT_FOUND"),
    405: (405, "METHOD_NOT_ALLOWED"),
    415: (415, "UNSUPPORTED_MEDIA_TYPE"),
    429: (429, "TOO_MANY_REQUESTS"),
    500: (500, "INTERNAL"),
    503: (503, "UNAVAILABLE"),
}
ELSE = (400, "INVALID_ARGUMENT")
"""What CAMARA has no status for: a body that is too large, or a key that was used for another."""


class Code(Enum):
    """What this API refuses for reasons of its own, with its status."""

    INVALID_ARGUMENT = (400, "INVALID_ARGUMENT")
    INVALID_OTP = (400, OWN + "INVALID_OTP")
    EXPIRED = (400, OWN + "VERIFICATION_EXPIRED")
    FAILED = (400, OWN + "VERIFICATION_FAILED")
    DENIED = (403, "PERMISSION_DENIED")
    TOO_MANY_CODES = (403, OWN + "MAX_OTP_CODES_EXCEEDED")
    NOT_ALLOWED = (403, OWN + "PHONE_NUMBER_NOT_ALLOWED")
    NUMBER_BLOCKED = (403, OWN + "PHONE_NUMBER_BLOCKED")
    QUOTA = (429, "QUOTA_EXCEEDED")
    TOO_MANY_REQUESTS = (429, "TOO_MANY_REQUESTS")

    def __init__(self, status: int, word: str) -> None:
        self.status = status
        self.word = word


@dataclass
class Refused(Exception):
    """Ends a request. `because` says what happened and what to do, and quotes nothing."""

    code: Code
    because: str
    retry_after: timedelta | None = None


def say(response: ProblemResponse) -> Response[Any]:
    """Say a problem of the house in CAMARA's words."""
    problem = response.content
    status, word = OF_STATUS.get(problem["status"], ELSE)
    return Response(
        _body(status, word, _sentence(problem)),
        status_code=status,
        headers={name: value for name, value in response.headers.items() if name != "content-type"},
    )


def _sentence(problem: Mapping[str, Any]) -> str:
    places = [f"{each['field']}: {each['because']}." for each in problem.get("problems", ())]
    return " ".join((problem["detail"], *places))


def _show(_: Request[Any, Any, Any], refused: Refused) -> Response[Any]:
    status, word = refused.code.status, refused.code.word
    headers = retry_after_header(refused.retry_after)
    return Response(_body(status, word, refused.because), status_code=status, headers=headers)


def _body(status: int, word: str, message: str) -> dict[str, Any]:
    return {"status": status, "code": word, "message": message[:MESSAGE_AT_MOST]}


handlers: ExceptionHandlersMap = {Refused: _show}
