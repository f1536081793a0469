"""What is to be had for points, as cashiers name it: before the code is asked for, or after."""

from collections.abc import Sequence
from uuid import UUID

from watchword.features.imports.amounts import read_sum
from watchword.features.organisations.rules import LocationId
from watchword.features.rewards.rules import Reward, RewardId, WhyNot
from watchword.features.tills.rules import Wanted
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id
from watchword.web.console.visits import Visitor
from watchword.web.till.told import Told

LATER = "later"
"""What stands for a reward that is chosen after the code."""


async def to_be_had(visitor: Visitor, location_id: LocationId) -> Sequence[Reward]:
    return await visitor.services.rewards.to_be_had(visitor.organisation.id, location_id)


async def read_wanted(visitor: Visitor) -> Wanted | Told:
    """Read what was chosen, and the sum of the purchase if the reward asks for one."""
    said, typed = visitor.form.text("reward"), visitor.form.text("amount")
    if said in ("", LATER):
        return Wanted()
    reward_id = RewardId(read_id(said, "reward"))
    reward = await visitor.services.rewards.find(visitor.organisation.id, reward_id)
    amount = read_sum(typed) if typed else None
    if amount is None and (typed or reward.at_least):
        return Told("amount")
    if amount is not None and amount < reward.at_least:
        return Told(WhyNot.BASKET_TOO_SMALL)
    return Wanted(reward_id=reward_id, amount=amount)


def read_id(written: str, noun: str) -> Id:
    try:
        return Id(str(UUID(written)))
    except ValueError:
        raise NotFound(noun) from None
