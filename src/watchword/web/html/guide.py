"""The API guide: how to call Watchword, made from what the server knows of itself."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pprint import pformat
from shlex import quote
from textwrap import indent

from litestar import Litestar, Response, get
from litestar.di import NamedDependency

from watchword.features.idempotency.rules import KEPT_FOR
from watchword.web.html.guide_schema import Operation, read_operations
from watchword.web.html.guide_words import REMEDIES, VERDICTS
from watchword.web.html.pages import AnyRequest, show
from watchword.web.problems import URN, Kind
from watchword.wiring import Services

SAMPLE_ID = "5f0c1e9a-6d0b-4c59-9a53-0d7f6f0f2b1e"


@dataclass(frozen=True, slots=True)
class Explained:
    """An operation, with the same request as a shell and as a Python program would make it."""

    operation: Operation
    curl: str
    python: str


@get("/docs", include_in_schema=False)
async def show_guide(request: AnyRequest, services: NamedDependency[Services]) -> Response[str]:
    settings = services.settings
    return show(
        request,
        "guide.html",
        explained=explain(request.app, settings.web.public_url.rstrip("/")),
        kinds=sorted(Kind, key=lambda kind: kind.status),
        kept_hours=int(KEPT_FOR.total_seconds() // 3600),
        limits=settings.limits,
        public_url=settings.web.public_url.rstrip("/"),
        remedies=REMEDIES,
        urn=URN,
        verdicts=VERDICTS,
    )


def explain(app: Litestar, public_url: str) -> Sequence[Explained]:
    return [Explained(one, _curl(one, public_url), _python(one)) for one in read_operations(app)]


def _curl(operation: Operation, public_url: str) -> str:
    lines = [f"curl {quote(public_url + _address(operation))}"]
    if operation.method not in {"GET", "POST"}:
        lines[0] = f"curl -X {operation.method} {quote(public_url + _address(operation))}"
    lines.append('-H "Authorization: Bearer $WATCHWORD_KEY"')
    if operation.body is not None:
        lines += [
            '-H "Content-Type: application/json"',
            '-H "Idempotency-Key: $(uuidgen)"',
            f"-d {quote(json.dumps(operation.body))}",
        ]
    return " \\\n  ".join(lines)


def _python(operation: Operation) -> str:
    call = f"client.{operation.method.lower()}"
    address = f'"{_address(operation)}"'
    if operation.body is None:
        return f"response = {call}({address})"
    body = pformat(operation.body, width=60, sort_dicts=False).replace("'", '"')
    given = [
        address,
        "json=" + body.replace("\n", "\n" + " " * len("json=")),
        'headers={"Idempotency-Key": str(uuid4())}',
    ]
    arguments = "".join(f"{argument},\n" for argument in given)
    return f"response = {call}(\n{indent(arguments, '    ')})"


def _address(operation: Operation) -> str:
    path = operation.path.replace("{challenge_id}", SAMPLE_ID)
    wants_an_address = any(field.path == "to" for field in operation.parameters)
    return f"{path}?to=%2B491701234567" if wants_an_address else path


routes = [show_guide]
