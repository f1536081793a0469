"""Profiles as somebody would set them up."""

from dataclasses import replace
from uuid import UUID

from tests.features.activation.evidence import CLEAR, LEGACY
from watchword.features.activation.profiles.rules import (
    Process,
    ProfileId,
    ProfileKind,
    Surroundings,
    Terms,
)
from watchword.features.activation.questions import Asked, Question
from watchword.features.activation.scenarios import PinLooked, Scenario

FIRST_ID, ANOTHER_ID = ProfileId(UUID(int=1)), ProfileId(UUID(int=2))

FIRST = Terms(
    name="First PIN",
    kind=ProfileKind.ACTIVATION,
    questions=(Asked(Question.SSN_LAST4), Asked(Question.BIRTH_DATE), Asked(Question.CODE)),
)
ANOTHER = Terms(
    name="Another PIN",
    kind=ProfileKind.FORCE,
    questions=(Asked(Question.ZIP), Asked(Question.CODE)),
)
USUAL = Terms(
    name="Members",
    kind=ProfileKind.STANDARD,
    levels=(
        (Asked(Question.MEMBER_NUMBER), Asked(Question.PIN)),
        (Asked(Question.BIRTH_DATE),),
        (),
    ),
    activation=Process(
        is_active=True,
        profile_id=FIRST_ID,
        scenarios=(Scenario.SSN_LAST4, Scenario.REPEATING, Scenario.PHONE_LAST4),
    ),
    force=Process(
        is_active=True,
        profile_id=ANOTHER_ID,
        scenarios=(Scenario.LENGTH, Scenario.SEQUENTIAL, Scenario.STAFF_REQUIRED),
    ),
)
AROUND = Surroundings(
    traits=CLEAR,
    reading=PinLooked.STORED,
    expires=False,
    others={FIRST_ID: FIRST, ANOTHER_ID: ANOTHER},
)
ALONE = replace(USUAL, activation=Process(), force=Process())
ACCEPTED = LEGACY
