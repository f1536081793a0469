"""What goes over the wire, and how it is read. Both clients stand on this, and none of it waits."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

import msgspec

from watchword.client.acts import Act
from watchword.client.faults import NoAnswer, NotUnderstood, Problem

T = TypeVar("T")

URN, REQUEST = "urn:watchword:problem:", "urn:watchword:request:"
SECONDS = re.compile(r"[0-9]{1,9}")
FIRST_REFUSAL = 400
OWN = {"type", "title", "status", "detail", "instance"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    content: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)

    @property
    def retry_after(self) -> timedelta | None:
        seconds = self.headers.get("retry-after", "")
        return timedelta(seconds=int(seconds)) if SECONDS.fullmatch(seconds) else None


@dataclass(frozen=True, slots=True)
class Lost:
    """No answer came; `was_sent` is false only where surely nothing arrived."""

    because: str
    was_sent: bool = True


def request_of(act: Act[T]) -> Request:
    headers = {"Accept": "application/json", **act.headers}
    if act.key is not None:
        headers["Idempotency-Key"] = act.key
    if act.body is not None:
        headers["Content-Type"] = "application/json"
    return Request(
        method=act.method,
        path=act.path + (f"?{urlencode(act.query)}" if act.query else ""),
        headers=headers,
        content=None if act.body is None else msgspec.json.encode(act.body),
    )


def settled(act: Act[T], outcome: Answer | Lost) -> T:
    """Give what was answered, or raise what went wrong."""
    if isinstance(outcome, Lost):
        raise NoAnswer(outcome.because)
    if outcome.status >= FIRST_REFUSAL:
        raise _problem(outcome)
    if act.kind is None:
        nothing: T = None  # type: ignore[assignment]
        return nothing
    try:
        found: T = msgspec.json.decode(outcome.content, type=act.kind)
    except msgspec.MsgspecError as fault:
        raise NotUnderstood(outcome.status, str(fault)) from None
    return found


def _problem(answer: Answer) -> Problem | NotUnderstood:
    try:
        told = msgspec.json.decode(answer.content, type=dict[str, object])
    except msgspec.MsgspecError:
        return NotUnderstood(answer.status, "it is no problem document")
    kind = str(told.get("type", ""))
    if not kind.startswith(URN):
        return NotUnderstood(answer.status, "it is no problem document")
    instance = told.get("instance")
    return Problem(
        word=kind.removeprefix(URN),
        status=answer.status,
        title=str(told.get("title", "")),
        detail=str(told.get("detail", "")),
        retry_after=answer.retry_after,
        request=str(instance).removeprefix(REQUEST) if instance else None,
        more={name: each for name, each in told.items() if name not in OWN},
    )


def good_address(url: str) -> str:
    """Refuse an address to which a key would travel readable by all on the way."""
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname or "")):
        return url.rstrip("/")
    raise ValueError("The address of Watchword begins with https://, unless it is this machine.")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
