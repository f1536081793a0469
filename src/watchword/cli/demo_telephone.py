"""The telephone of the credit union in the demonstration: profiles to call, and to change."""

from dataclasses import replace

from watchword.features.activation.profiles.rules import (
    Process,
    Profile,
    ProfileId,
    ProfileKind,
    Terms,
)
from watchword.features.activation.profiles.settings import LineSettings, SetLine
from watchword.features.activation.questions import Asked, Question
from watchword.features.activation.scenarios import Scenario
from watchword.features.clients.rules import Caller, Operator
from watchword.features.cores.rules import CoreName
from watchword.features.organisations.rules import Organisation
from watchword.wiring import Services

ACTOR = "demo"
FIRST = Terms(
    name="First PIN",
    kind=ProfileKind.ACTIVATION,
    questions=(Asked(Question.BIRTH_DATE), Asked(Question.CODE)),
)
ANOTHER = Terms(
    name="Another PIN",
    kind=ProfileKind.FORCE,
    questions=(Asked(Question.ZIP), Asked(Question.CODE)),
)
SCENARIOS = (
    Scenario.SSN_LAST4,
    Scenario.ZIP_LAST4,
    Scenario.ZIP_FIRST4,
    Scenario.REPEATING,
    Scenario.PHONE_LAST4,
    Scenario.CORE_INFO,
)
TO_CHANGE = (Scenario.STAFF_REQUIRED, Scenario.CORE_INFO)
MEMBERS = Terms(
    name="Members",
    kind=ProfileKind.STANDARD,
    levels=((Asked(Question.MEMBER_NUMBER), Asked(Question.PIN)),),
)


async def connect(services: Services, organisation: Organisation, core: CoreName) -> None:
    """Give an organisation a line that can be called, unless it has one."""
    caller, profiles = Operator(name=ACTOR, organisation=organisation), services.telephone.profiles
    there = await profiles.all(organisation.id)
    if there.profiles or there.line.version:
        return
    settings = LineSettings(core=core, transfer_to="service desk", onward_to="account menu")
    await _set(services, caller, settings, 0)
    first, another = await _made(services, caller, FIRST), await _made(services, caller, ANOTHER)
    members = replace(
        MEMBERS,
        activation=Process(is_active=True, profile_id=first, scenarios=SCENARIOS),
        force=Process(is_active=True, profile_id=another, scenarios=TO_CHANGE),
    )
    line = await _made(services, caller, members)
    await _set(services, caller, replace(settings, profile_id=line), 1)


async def _set(services: Services, caller: Caller, settings: LineSettings, version: int) -> None:
    done = await services.telephone.profiles.set_line(caller, settings, version)
    if not isinstance(done, SetLine):
        raise TypeError(f"The line of the demonstration is {done.word}.")


async def _made(services: Services, caller: Caller, terms: Terms) -> ProfileId:
    made = await services.telephone.profiles.create(caller, terms)
    if not isinstance(made, Profile):
        raise TypeError(f"A profile of the demonstration is {made.word}.")
    return made.id
