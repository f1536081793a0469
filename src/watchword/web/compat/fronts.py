"""Who speaks below an address: what is refused there is said in the words of another product.

The house refuses as ever. A front only says it again, so that no refusal is missed: not that of an
unknown address or method either, which no handler of a front would see.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from litestar import Request, Response
from litestar.types import ExceptionHandlersMap

from watchword.web import problems
from watchword.web.problems import ProblemResponse

Refuse: TypeAlias = Callable[[Request[Any, Any, Any], Exception], Response[Any]]


@dataclass(frozen=True, slots=True)
class Front:
    """`path` and all addresses below it, and how a problem at one of them is said there."""

    path: str
    say: Callable[[ProblemResponse, str], Response[Any]]

    def is_at(self, path: str) -> bool:
        """Say whether an address is of this front: `/twilio` and `/twilio/v2`, not `/twilios`."""
        return path == self.path or path.startswith(f"{self.path}/")


def said_by(fronts: Sequence[Front], handlers: ExceptionHandlersMap) -> ExceptionHandlersMap:
    """Let each front say what is refused below its address."""
    return {kind: partial(_said, fronts, handler) for kind, handler in handlers.items()}


def _said(
    fronts: Sequence[Front], refuse: Refuse, request: Request[Any, Any, Any], fault: Exception
) -> Response[Any]:
    # Not its whole address: that cannot be read where somebody has named a strange host.
    path = str(request.scope["path"])
    front = next((each for each in fronts if each.is_at(path)), None)
    if front is None:
        return refuse(request, fault)
    # To whoever opens an address in a browser, others show a page. Here are programs alone.
    kind = next(each for each in type(fault).__mro__ if each in problems.handlers)
    known: Any = problems.handlers
    return front.say(known[kind](request, fault), path)
