"""What a change of settings would do, all of it: field by field, below it, and in sentences."""

from dataclasses import dataclass

from watchword.features.organisations.settings.catalogue import Own
from watchword.features.organisations.settings.effects import Effect, Surroundings, effects
from watchword.features.organisations.settings.faults import lets_in
from watchword.features.organisations.settings.layers import Layers, preset_of
from watchword.features.organisations.settings.rules import Difference, differences, moved
from watchword.features.organisations.settings.sections import Access, Section, SectionName
from watchword.web.console.visits import Visitor


@dataclass(frozen=True, slots=True)
class Consequences:
    """`elsewhere`: what is different in other areas, because they inherit from this one."""

    here: tuple[Difference, ...]
    elsewhere: tuple[Difference, ...]
    effects: tuple[Effect, ...]


async def consequences(visitor: Visitor, layers: Layers, own: Own, address: str) -> Consequences:
    after = layers.with_own(own)
    found = [*effects(layers.effective, after, around(visitor, after, address))]
    elsewhere: list[Difference] = []
    if layers.section is SectionName.BASIS:
        settings = visitor.services.configuration.settings
        for before, then in await settings.foresee(visitor.organisation.id, preset_of(own)):
            elsewhere += moved(before, then)
            there = around(visitor, then.effective, address)
            found += effects(before.effective, then.effective, there)
    return Consequences(differences(layers, own), tuple(elsewhere), tuple(found))


def around(visitor: Visitor, after: Section, address: str) -> Surroundings:
    """Say what effects depend on besides the settings, for somebody at an address."""
    return Surroundings(
        served=visitor.services.configuration.offer.served(visitor.organisation),
        language=visitor.organisation.locale,
        address=address,
        is_locked_out=isinstance(after, Access) and not lets_in(after, address),
    )
