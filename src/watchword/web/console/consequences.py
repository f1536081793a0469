"""What a change of settings would do, all of it: field by field, below it, and in sentences."""

from collections import Counter
from dataclasses import dataclass

from watchword.features.organisations.settings.catalogue import Own
from watchword.features.organisations.settings.effects import Effect, Surroundings, effects
from watchword.features.organisations.settings.faults import lets_in
from watchword.features.organisations.settings.layers import Layers, preset_of
from watchword.features.organisations.settings.rules import Difference, differences, moved
from watchword.features.organisations.settings.sections import Access, Section, SectionName
from watchword.web.console.visits import Visitor

NO_TILLS = (0, "")


@dataclass(frozen=True, slots=True)
class Consequences:
    """`elsewhere`: what is different in other areas, because they inherit from this one."""

    here: tuple[Difference, ...]
    elsewhere: tuple[Difference, ...]
    effects: tuple[Effect, ...]


async def consequences(visitor: Visitor, layers: Layers, own: Own, address: str) -> Consequences:
    after = layers.with_own(own)
    tills = await most_tills(visitor, layers.section)
    found = [*effects(layers.effective, after, around(visitor, after, address, tills))]
    elsewhere: list[Difference] = []
    if layers.section is SectionName.BASIS:
        settings = visitor.services.configuration.settings
        for before, then in await settings.foresee(visitor.organisation.id, preset_of(own)):
            elsewhere += moved(before, then)
            there = around(visitor, then.effective, address)
            found += effects(before.effective, then.effective, there)
    return Consequences(differences(layers, own), tuple(elsewhere), tuple(found))


async def most_tills(visitor: Visitor, section: SectionName) -> tuple[int, str]:
    """Count the tills of the location that has most, where what can be lost depends on it; and
    say in what money."""
    if section is not SectionName.OFFLINE:
        return NO_TILLS
    rewards = await visitor.services.rewards.page(visitor.organisation.id, None, 1)
    tills = await visitor.services.terminals.all(visitor.organisation.id)
    counts = Counter(each.location_id for each in tills if each.is_good)
    currency = rewards.items[0].currency if rewards.items else ""
    return max(counts.values(), default=0), currency


def around(
    visitor: Visitor, after: Section, address: str, tills: tuple[int, str] = NO_TILLS
) -> Surroundings:
    """Say what effects depend on besides the settings, for somebody at an address."""
    return Surroundings(
        served=visitor.services.configuration.offer.served(visitor.organisation),
        language=visitor.organisation.locale,
        address=address,
        tills=tills[0],
        currency=tills[1],
        is_locked_out=isinstance(after, Access) and not lets_in(after, address),
    )
