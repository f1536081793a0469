"""Who did something, by name: what the ledger keeps as ids, pages show as people."""

from collections.abc import Mapping, Sequence

from watchword.features.staff.rules import decides
from watchword.web.console.visits import Visitor


async def names_of_staff(visitor: Visitor) -> Mapping[str, str]:
    """Give the names of all who work here, by how the ledger writes them."""
    members = await visitor.services.staff.members.all(visitor.organisation.id)
    return {member.actor: member.name for member in members}


async def deciders_besides(visitor: Visitor) -> Sequence[str]:
    """Give the names of those who could agree to what a visitor asks for."""
    members = await visitor.services.staff.members.all(visitor.organisation.id)
    others = (each for each in members if each.id != visitor.member.id)
    return [each.name for each in others if decides(each.state, each.grants)]
