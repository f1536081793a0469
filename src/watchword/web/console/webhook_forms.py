"""The form of a webhook: what was typed, what is wrong with it, and whether it is still current."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from watchword.features.webhooks.events import EventKind
from watchword.features.webhooks.rules import DESCRIPTION_AT_MOST, Endpoint
from watchword.foundation.framing import framed
from watchword.web.console.forms import Form

URL_AT_MOST = 2000
KINDS = tuple(kind for kind in EventKind if kind is not EventKind.WEBHOOK_TEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form as it is to stand in the page: what was typed, and what is wrong with it."""

    url: str = field(default="", repr=False)
    description: str = ""
    wants_all: bool = True
    kinds: frozenset[str] = frozenset()
    nonce: str = ""
    seen: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)


def as_it_is(endpoint: Endpoint) -> Filled:
    return Filled(
        url=endpoint.url,
        description=endpoint.description,
        wants_all=not endpoint.kinds,
        kinds=frozenset(map(str, endpoint.kinds)),
        seen=digest_of(endpoint),
    )


def filled_in(form: Form) -> Filled:
    return Filled(
        url=form.text("url"),
        description=form.text("description"),
        wants_all=form.text("which") != "some",
        kinds=frozenset(form.all("kind")),
        seen=form.text("seen"),
    )


def judged(filled: Filled) -> Filled:
    """Say what is wrong with a form by itself."""
    return replace(filled, problems=_faults(filled))


def _faults(filled: Filled) -> Mapping[str, str]:
    faults = {}
    if not 0 < len(filled.url) <= URL_AT_MOST:
        faults["url"] = "missing" if not filled.url else "long"
    if len(filled.description) > DESCRIPTION_AT_MOST or not filled.description.isprintable():
        faults["description"] = "long"
    if not filled.wants_all and not kinds_of(filled):
        faults["kinds"] = "none"
    return faults


def kinds_of(filled: Filled) -> frozenset[EventKind]:
    """Give the kinds that were chosen; none at all are all."""
    if filled.wants_all:
        return frozenset()
    return frozenset(kind for kind in KINDS if kind in filled.kinds)


def digest_of(endpoint: Endpoint) -> str:
    """Name what can be changed, so that it shows whether somebody else was faster."""
    said = framed(endpoint.url, endpoint.description, " ".join(sorted(endpoint.kinds)))
    return hashlib.sha256(said).hexdigest()[:16]
