"""The telephone of the exhibition: profiles of each kind, and calls that went well and badly."""

from dataclasses import replace
from datetime import timedelta

from tests.stores import MovableTime
from watchword.features.activation.dialogue.steps import (
    EndedBy,
    Event,
    HungUp,
    Typed,
)
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
from watchword.features.calls.conduct.service import Begun
from watchword.features.calls.history import Answer
from watchword.features.calls.rules import Door, Incoming
from watchword.features.calls.writes.rules import WriteState
from watchword.features.calls.writes.store import WriteStore
from watchword.features.cores.rules import CoreName
from watchword.features.staff.rules import Colleague
from watchword.foundation.secret import Secret
from watchword.wiring import Services

MEMBER, PIN, WRONG = "500111", "4354", "8642"
CALLS = ([MEMBER, PIN], [MEMBER, WRONG] * 3, ["7"])
DAYS = 9


async def fill_telephone(services: Services, colleague: Colleague, time: MovableTime) -> None:
    profiles = services.telephone.profiles
    settings = LineSettings(
        core=CoreName("hausbank"), transfer_to="Filiale Riesa", onward_to="Kontoansage"
    )
    assert isinstance(await profiles.set_line(colleague, settings, 0), SetLine)
    first = await _made(
        services,
        colleague,
        Terms(
            name="Erste PIN, mit Code an das hinterlegte Telefon",
            kind=ProfileKind.ACTIVATION,
            questions=(Asked(Question.SSN_LAST4), Asked(Question.CODE)),
        ),
    )
    another = await _made(
        services,
        colleague,
        Terms(name="Neue PIN", kind=ProfileKind.FORCE, questions=(Asked(Question.CODE),)),
    )
    line = await _made(services, colleague, _line(first, another))
    settings = replace(settings, profile_id=line)
    assert isinstance(await profiles.set_line(colleague, settings, 1), SetLine)
    today = time.moment
    time.moment = today - timedelta(days=DAYS)
    await services.telephone.surveys.switch(colleague, is_on=True)
    for day in range(DAYS, -1, -1):
        time.moment = today - timedelta(days=day)
        for number in range(day % 3):
            await _call(services, colleague, line, CALLS[number])
        await _count(services)
    for keys in CALLS:
        await _call(services, colleague, line, keys)
    await _change(services, colleague, line)
    await _leave_open(services, colleague)


async def _change(services: Services, colleague: Colleague, line: ProfileId) -> None:
    """Let a profile have been otherwise."""
    profiles = services.telephone.profiles
    before = (await profiles.all(colleague.organisation.id)).get(line)
    assert before is not None
    force = replace(before.terms.force, scenarios=(Scenario.STAFF_REQUIRED, Scenario.LENGTH))
    asked = (*before.terms.levels[:1], (Asked(Question.BIRTH_DATE),), ())
    after = replace(before.terms, force=force, levels=asked)
    changed = await profiles.change(colleague, line, after, before.version)
    assert isinstance(changed, Profile), changed


async def _leave_open(services: Services, colleague: Colleague) -> None:
    """Leave two PINs: of one nobody knows whether it is set, of another nobody could be told."""
    whose = colleague.organisation.id
    page = await services.telephone.register.page(whose, None, 2)
    for call, state in zip(page.items, (WriteState.UNRESOLVED, WriteState.SET), strict=True):
        async with services.storage.begin(whose) as transaction:
            store = WriteStore(transaction, whose)
            await store.begin(call.id, call.turn)
            await store.end(call.id, call.turn, state)
            await store.mark_untold(call.id)


async def _count(services: Services) -> None:
    for count in (services.telephone.surveys, services.telephone.figures):
        while await count.turn():
            continue


def _line(first: ProfileId, another: ProfileId) -> Terms:
    return Terms(
        name="Mitgliedertelefon",
        kind=ProfileKind.STANDARD,
        levels=((Asked(Question.MEMBER_NUMBER), Asked(Question.PIN)), (), ()),
        activation=Process(
            is_active=True,
            profile_id=first,
            scenarios=(Scenario.SSN_LAST4, Scenario.REPEATING, Scenario.NO_ACTIVATION),
        ),
        force=Process(
            is_active=True,
            profile_id=another,
            scenarios=(Scenario.LENGTH, Scenario.ZIP_LAST4, Scenario.STAFF_REQUIRED),
        ),
    )


async def _made(services: Services, colleague: Colleague, terms: Terms) -> ProfileId:
    made = await services.telephone.profiles.create(colleague, terms)
    assert isinstance(made, Profile), made
    return made.id


async def _call(services: Services, colleague: Colleague, line: ProfileId, keys: list[str]) -> None:
    """Let somebody type some things, and hang up."""
    conduct = services.telephone.conduct
    begun = await conduct.begin(
        colleague, Incoming(door=Door.FASTAGI, language="de", profile_id=line)
    )
    assert isinstance(begun, Begun)
    spoken = begun.spoken
    heard: list[Event] = [*(Typed(Secret(typed), EndedBy.TERMINATOR) for typed in keys), HungUp()]
    for each in heard:
        assert isinstance(spoken, Answer)
        if spoken.token is None:
            return
        spoken = await conduct.hear(colleague, Door.FASTAGI, begun.id, spoken.token.reveal(), each)
