"""Where somebody does what others have agreed to: the form for it, filled in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from watchword.features.approvals.rules import Kind, Request
from watchword.features.audit.rules import Noun
from watchword.features.staff.roles.rules import roles_in

PLACES = {
    Noun.CARD.prefix: "/console/cards/",
    Noun.CUSTOMER.prefix: "/console/cards/of/",
    Noun.IMPORT.prefix: "/console/imports/",
}
"""Where somebody goes on with what a subject names."""


@dataclass(frozen=True, slots=True)
class ToDo:
    """A form to go to. `is_posted`: it is opened by sending the id of the request there."""

    path: str
    fields: Mapping[str, str] = field(default_factory=dict)
    is_posted: bool = False


def to_do(request: Request) -> ToDo | None:  # noqa: PLR0911 - one for each kind
    """Give the form for a permit; nothing, where there is none."""
    match request.kind:
        case Kind.LEDGER_EXPORT:
            return ToDo("/console/ledger", _filter_in(request.subject))
        case Kind.PERSON_ERASURE | Kind.CARD_OVERRIDE | Kind.BULK if place := _place(request):
            return ToDo(place)
        case Kind.BULK:
            return ToDo("/console/imports")
        case Kind.PERSON_EXPORT | Kind.PERSON_ERASURE:
            # An address stands in no address of ours: the page looks it up by the request.
            return ToDo("/console/people", {"request": str(request.id)}, is_posted=True)
        case Kind.MASTER_PIN:
            where = request.subject.removeprefix(Noun.LOCATION.prefix)
            return ToDo(f"/console/locations/{where}/tills")
        case Kind.STAFF_ROLE:
            whom = request.subject.partition(" ")[0].removeprefix(Noun.STAFF.prefix)
            return ToDo(f"/console/staff/{whom}", {"roles": roles_in(request.subject)})
        case _:
            return None


def _place(request: Request) -> str | None:
    noun, mark, id = request.subject.partition(":")
    start = PLACES.get(noun + mark)
    return None if start is None else start + id


def _filter_in(subject: str) -> Mapping[str, str]:
    """Read from a subject how the ledger was narrowed down; what was typed is not in it."""
    said = dict(part.partition("=")[::2] for part in subject.split(" ")[1:])
    found = {"action": said.get("action", "")}
    if since := said.get("since"):
        found["from"] = since.partition("T")[0]
    if until := said.get("until"):
        found["to"] = (datetime.fromisoformat(until) - timedelta(days=1)).date().isoformat()
    return {name: value for name, value in found.items() if value}
