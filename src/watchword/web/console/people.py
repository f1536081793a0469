"""Who did something, by name: what the ledger keeps as ids, pages show as people."""

from collections.abc import Mapping

from watchword.web.console.visits import Visitor


async def names_of_staff(visitor: Visitor) -> Mapping[str, str]:
    """Give the names of all who work here, by how the ledger writes them."""
    members = await visitor.services.staff.members.all(visitor.organisation.id)
    return {member.actor: member.name for member in members}
