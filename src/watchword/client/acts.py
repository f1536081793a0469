"""What a program may ask of Watchword: each act is a value that can be done, and done again."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeAlias, TypeVar
from urllib.parse import quote
from uuid import UUID, uuid4

from msgspec import UNSET

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

Id: TypeAlias = UUID | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Act(Generic[T_co]):
    """`kind` is what is answered. `key` says that it is this act and no other, so that it happens
    once; `is_repeatable` says whether it may be sent again when no answer came."""

    method: str
    path: str
    kind: Any
    body: Mapping[str, object] | None = field(default=None, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    key: str | None = None
    is_repeatable: bool = True

    def after(self, cursor: str) -> "Act[T_co]":
        """Give the same act for the page that begins at a cursor."""
        return replace(self, query={**self.query, "cursor": cursor})


def reading(path: str, kind: type[T], **query: object) -> Act[T]:
    said = {name: str(each) for name, each in query.items() if each is not None}
    return Act(method="GET", path=path, kind=kind, query=said)


def posting(path: str, kind: type[T], body: Mapping[str, object], key: str | None = None) -> Act[T]:
    """Give an act that happens once, under a key of its own if none is given."""
    return Act(method="POST", path=path, kind=kind, body=body, key=key or str(uuid4()))


def putting(path: str, kind: type[T], body: Mapping[str, object], method: str = "PUT") -> Act[T]:
    """Give an act that changes what was read. It names a version, so a second time is refused; and
    whoever got no answer reads again instead."""
    return Act(method=method, path=path, kind=kind, body=body, is_repeatable=False)


def place(template: str, **ids: Id) -> str:
    """Fill a path. An id may come from anywhere, and is a part of the path, no matter what."""
    return template.format(**{name: quote(str(id), safe="") for name, id in ids.items()})


def said(**fields: object) -> dict[str, object]:
    """Give what is said: what is nothing is left to the server."""
    return {name: each for name, each in fields.items() if each is not None and each is not UNSET}


def reached_at(phone: str | None, email: str | None, post: object = None) -> dict[str, object]:
    """Name whom to reach, in one way."""
    to = said(phone=phone, email=email, post=post)
    if len(to) != 1:
        raise ValueError("Name one of phone, email and post.")
    return to
