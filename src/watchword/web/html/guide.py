"""The API guide: how to call Watchword, made from what the server knows of itself."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pprint import pformat
from shlex import quote
from textwrap import indent

from litestar import Litestar, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.idempotency.rules import KEPT_FOR
from watchword.features.sandbox.scenarios import number_of
from watchword.foundation.errors import NotFound
from watchword.web.html.guide_groups import GROUPS, Group
from watchword.web.html.guide_requests import SAMPLE_ID
from watchword.web.html.guide_schema import Operation, read_operations
from watchword.web.html.guide_words import EVENTS, PARTS, REMEDIES, VERDICTS
from watchword.web.html.pages import AnyRequest, show
from watchword.web.openapi import ALWAYS, CSV
from watchword.web.problems import URN, Kind
from watchword.wiring import Services

A_FILE = "roses.jpg"
"""What stands for a file in examples."""
SAMPLE_PHONE = "%2B491701234567"

COMMON = (*ALWAYS, Kind.FAULT)
OF_BODIES = (Kind.TOO_LARGE, Kind.MEDIA, Kind.OTHER_BODY)

READ_FIRST = {
    "start": "Where to begin",
    "authentication": "Keys and scopes",
    "verdicts": "Verdicts",
    "idempotency": "Sending twice safely",
    "limits": "Limits",
}


@dataclass(frozen=True, slots=True)
class Explained:
    """An operation, with the same request as a shell and as a Python program would make it.

    `problems` are those that not every request can meet.
    """

    operation: Operation
    curl: str
    python: str
    problems: Sequence[Kind]


@dataclass(frozen=True, slots=True)
class Chapter:
    """Requests that belong together, and share a page; the first chapter begins the guide."""

    group: Group
    explained: Sequence[Explained]

    @property
    def path(self) -> str:
        return "/docs" if self.group is GROUPS[0] else f"/docs/{self.group.id}"


@get("/docs", include_in_schema=False)
async def show_guide(request: AnyRequest, services: NamedDependency[Services]) -> Response[str]:
    return _show(request, services, GROUPS[0])


@get("/docs/{chapter:str}", include_in_schema=False)
async def show_chapter(
    request: AnyRequest, services: NamedDependency[Services], chapter: FromPath[str]
) -> Response[str]:
    for group in GROUPS[1:]:
        if group.id == chapter:
            return _show(request, services, group)
    raise NotFound("The guide has no such chapter.")


def _show(request: AnyRequest, services: Services, group: Group) -> Response[str]:
    settings = services.settings
    public_url = settings.web.public_url.rstrip("/")
    chapters = write_chapters(explain(request.app, public_url))
    return show(
        request,
        "guide.html",
        chapter=chapters[GROUPS.index(group)],
        chapters=chapters,
        common=COMMON,
        events=EVENTS,
        is_first=group is GROUPS[0],
        kept_hours=int(KEPT_FOR.total_seconds() // 3600),
        kinds=sorted(Kind, key=lambda kind: kind.status),
        limits=settings.limits,
        of_bodies=OF_BODIES,
        pages=find_pages(chapters),
        parts={part: (number_of(part), says) for part, says in PARTS.items()},
        public_url=public_url,
        read_first=READ_FIRST,
        remedies=REMEDIES,
        urn=URN,
        verdicts=VERDICTS,
    )


def explain(app: Litestar, public_url: str) -> Sequence[Explained]:
    return [
        Explained(one, _curl(one, public_url), _python(one), _own_problems(one))
        for one in read_operations(app)
    ]


def write_chapters(explained: Sequence[Explained]) -> Sequence[Chapter]:
    return [
        Chapter(group, [one for one in explained if one.operation.path.startswith(group.paths)])
        for group in GROUPS
    ]


def find_pages(chapters: Sequence[Chapter]) -> Mapping[str, str]:
    """Say on which page each part of the guide stands: first what all need, last the problems."""
    first = chapters[0].path
    pages = dict.fromkeys(READ_FIRST, first)
    pages |= dict.fromkeys((kind.slug for kind in Kind), chapters[-1].path)
    for chapter in chapters:
        pages[chapter.group.id] = chapter.path
        pages |= {one.operation.id: chapter.path for one in chapter.explained}
    return pages


def _own_problems(operation: Operation) -> Sequence[Kind]:
    return [kind for kind in operation.problems if kind not in {*COMMON, *OF_BODIES}]


def _curl(operation: Operation, public_url: str) -> str:
    lines = [f"curl {quote(public_url + _address(operation))}"]
    if operation.method != "GET" and (operation.body is None or operation.method != "POST"):
        lines[0] = f"curl -X {operation.method} {quote(public_url + _address(operation))}"
    lines.append('-H "Authorization: Bearer $WATCHWORD_KEY"')
    if Kind.UNKNOWN_TERMINAL in operation.problems:
        lines.append('-H "Watchword-Terminal: $WATCHWORD_TERMINAL"')
    if operation.is_file:
        lines.append(f"--data-binary @{A_FILE}")
    if isinstance(operation.body, str):
        lines += [f'-H "Content-Type: {CSV}"', f"--data-binary {quote(operation.body)}"]
    elif operation.body is not None:
        lines += [
            '-H "Content-Type: application/json"',
            *(['-H "Idempotency-Key: $(openssl rand -hex 16)"'] if _is_kept(operation) else []),
            f"-d {quote(json.dumps(operation.body))}",
        ]
    return " \\\n  ".join(lines)


def _python(operation: Operation) -> str:
    call = f"client.{operation.method.lower()}"
    address = f'"{_address(operation)}"'
    if operation.is_file:
        return f'response = {call}({address}, content=Path("{A_FILE}").read_bytes())'
    if operation.body is None:
        return f"response = {call}({address})"
    if isinstance(operation.body, str):
        typed = f'headers={{"Content-Type": "{CSV}"}}'
        return f"response = {call}({address}, content=table, {typed})"
    body = pformat(operation.body, width=60, sort_dicts=False).replace("'", '"')
    given = [address, "json=" + body.replace("\n", "\n" + " " * len("json="))]
    if _is_kept(operation):
        given.append('headers={"Idempotency-Key": str(uuid4())}')
    arguments = "".join(f"{argument},\n" for argument in given)
    return f"response = {call}(\n{indent(arguments, '    ')})"


def _is_kept(operation: Operation) -> bool:
    """Whether the answer is kept, so that the request may be sent twice."""
    return Kind.OTHER_BODY in operation.problems


def _address(operation: Operation) -> str:
    path = re.sub(r"\{\w+_id\}", SAMPLE_ID, operation.path).replace("{purpose}", "wallet_signin")
    path = path.replace("{section}", "verification")
    for field in operation.parameters:
        if field.path == "to":
            return f"{path}?to={SAMPLE_PHONE}"
        if field.path == "name":
            return f"{path}?name=Guests"
        if field.path == "state":
            return f"{path}?state={field.values[0]}"
    return path


routes = [show_guide, show_chapter]
