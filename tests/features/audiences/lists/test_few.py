"""A list of a few must not tell whether a number is a customer's, nor whether they have agreed."""

from datetime import timedelta

import pytest

from tests.features.audiences.crowd import Crowd
from tests.features.audiences.lists.test_service import brought
from tests.stores import MovableTime
from watchword.features.audiences.rules import EVERYBODY, FEW, Audience, Choice, Count
from watchword.features.audit.rules import Action
from watchword.features.campaigns.cost import Estimate
from watchword.features.campaigns.readiness import Lack, NotReady
from watchword.features.campaigns.rules import Category, Draft, Text
from watchword.features.consents.rules import Scope

STRANGER = "+491709999999"


async def listed(crowd: Crowd, count: int, name: str = "List") -> Audience:
    """Bring a list of so many customers, and of one number that is nobody's."""
    numbers = [(await crowd.come()).phone.address.reveal() for _ in range(count)]
    made = await brought(crowd, "\n".join(["phone", *numbers, STRANGER]), name)
    assert isinstance(made, Audience)
    return made


def draft(audience: Audience, time: MovableTime) -> Draft:
    return Draft(
        name="Herbs",
        category=Category.GENERAL,
        audience_id=audience.id,
        purpose="News of our shop",
        sender="Sonnenhof",
        texts={"en": Text(text="Hello")},
        starts_at=time(),
        ends_at=time() + timedelta(hours=72),
        links_live_until=time() + timedelta(hours=96),
    )


async def told(crowd: Crowd, choice: Choice) -> list[int | None]:
    count = await crowd.services.audiences.count(crowd.caller.organisation.id, choice)
    return [count.told(each) for each in (count.customers, *map(count.by, Scope))]


@pytest.mark.parametrize("found", range(FEW))
async def test_lists_of_nobody_and_of_a_few_look_alike(
    crowd: Crowd, time: MovableTime, found: int
) -> None:
    few = await listed(crowd, found)
    campaigns, organisation = crowd.services.campaigns, crowd.caller.organisation

    estimate = await campaigns.estimate(organisation, draft(few, time))
    lacks, _ = await campaigns.look_over(organisation, draft(few, time))

    assert few.tally is not None
    assert few.tally.is_few
    assert await told(crowd, few.choice) == [None] * 4
    assert (estimate.recipients, estimate.segments, estimate.cost) == (None, None, None)
    assert isinstance(lacks, NotReady)
    assert Lack.FEW in lacks.lacks
    assert Lack.NOBODY not in lacks.lacks


async def test_five_are_enough_to_be_counted(crowd: Crowd, time: MovableTime) -> None:
    made = await listed(crowd, FEW)
    campaigns, organisation = crowd.services.campaigns, crowd.caller.organisation

    estimate: Estimate = await campaigns.estimate(organisation, draft(made, time))
    lacks, _ = await campaigns.look_over(organisation, draft(made, time))

    assert made.tally is not None
    assert not made.tally.is_few
    assert (await told(crowd, made.choice))[:2] == [FEW, FEW]
    assert estimate.recipients == FEW
    assert lacks is None or not {Lack.FEW, Lack.NOBODY} & {*lacks.lacks}


async def test_the_ledger_does_not_tell_either(crowd: Crowd) -> None:
    await listed(crowd, 1, "One")
    await listed(crowd, FEW, "Five")

    whose = crowd.caller.organisation.id
    async with crowd.services.storage.reading(whose) as transaction:
        rows = await transaction.all(
            "select details from audit_entries where organisation_id = :whose and action = :action"
            " order by at, id",
            whose=str(whose),
            action=Action.AUDIENCE_CREATED,
        )

    said = sorted(row["details"] for row in rows)
    assert sum('"found"' in each for each in said) == 1


async def test_a_filter_is_counted_to_the_last(crowd: Crowd) -> None:
    await crowd.come()

    assert (await told(crowd, EVERYBODY))[0] == 1


def test_what_was_counted_in_parts_stays_a_list() -> None:
    part = Count(3, {Scope.TEXT: 1})

    whole = Count(of_list=True).and_(part)

    assert (whole.told(whole.customers), whole.told(7)) == (None, 7)
