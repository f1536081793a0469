"""Who did something, as people call them: the audit knows them by an id."""

from dataclasses import dataclass
from uuid import UUID

from watchword.features.audit.rules import Noun
from watchword.features.staff.rules import StaffId
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id
from watchword.web.console.visits import Visitor

CUSTOMER = "customer"
"""Whoever registered, and then did something about their own card."""


@dataclass(frozen=True, slots=True)
class Doer:
    """Somebody, or something. Who is not known any more has no name."""

    kind: str
    name: str


async def name_of(visitor: Visitor, actor: str | None) -> Doer | None:
    """Give who stands behind an actor of the audit."""
    kind, _, name = (actor or "").partition(":")
    if kind == CUSTOMER:
        return Doer(CUSTOMER, "")  # Whose card it is stands on the page already.
    if kind not in {*Noun}:
        return None
    match Noun(kind):
        case Noun.STAFF:
            return Doer(Noun.STAFF, await _name_of_staff(visitor, name))
        case Noun.API_KEY:
            keys = await visitor.services.clients.all(visitor.organisation.id)
            return Doer(Noun.API_KEY, next((key.label for key in keys if str(key.id) == name), ""))
        case other:
            return Doer(other, name)


async def _name_of_staff(visitor: Visitor, written: str) -> str:
    organisation_id = visitor.organisation.id
    try:
        id = StaffId(Id(str(UUID(written))))
        async with visitor.services.storage.reading(organisation_id) as transaction:
            member = await visitor.services.staff.members.read(transaction, organisation_id, id)
    except (ValueError, NotFound):
        return ""
    return member.name
