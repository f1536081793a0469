"""Going through a core, page by page and with long pauses, and counting how PINs stand.

It is judged as in a call, by the same rules. No PIN is ever tried against a core: where one shows
none, only what it says is counted. PINs of our own are hashes that we have made, so there it is
looked whether one of those that the scenarios look for is behind them.

Where it has come to is only in memory: whoever pulls the plug begins anew, and no list of members
with weak PINs is ever kept anywhere.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import structlog

from watchword.features.activation.dialogue.steps import Known
from watchword.features.activation.established import Established
from watchword.features.activation.profiles.line import ProfileLine
from watchword.features.activation.scenarios import Evaluation
from watchword.features.activation.standings import Stand, stand
from watchword.features.activation.suspects import NONE_OF_THEM, suspects, without_the_unlisted
from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.calls.lines.service import ProfileLines
from watchword.features.calls.member_pins.service import KeptMemberPins
from watchword.features.calls.surveys.rules import (
    AGAIN,
    EVERY,
    LEASE,
    NEEDS,
    SHOWN_DAYS,
    Ended,
    Surveyed,
    groups,
)
from watchword.features.calls.surveys.store import SurveyLanes, SurveyStore
from watchword.features.clients.rules import Caller as Client
from watchword.features.cores.ports import BankingCore, Cores, ListsMembers
from watchword.features.cores.rules import OWN, Capability, Member, Unavailable
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.service import Organisations
from watchword.features.pins.kept.rules import Crowd
from watchword.features.pins.kept.service import KeptPins
from watchword.foundation.ids import EVERYWHERE
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage

ACCOUNTS_AT_ONCE = 20
OWN_AT_ONCE = 1
"""A PIN of our own takes some ninety hashes."""

WEIGHT = (Established.UNKNOWN, Established.NO, Established.YES)
"""Who among those who share a PIN says most: one yes is enough, and a no more than nothing."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Surveyor:
    """Who asks when nobody of the staff does."""

    organisation: Organisation
    actor: str = Noun.MACHINE.of("telephone")


@dataclass(slots=True)
class _Course:
    """How far a survey has come."""

    organisation: Organisation
    line: ProfileLine
    day: date
    after: Secret | None = field(default=None, repr=False)
    stands: Counter[Stand] = field(default_factory=Counter)


class Surveys:
    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        lines: ProfileLines,
        cores: Cores,
        member_pins: KeptMemberPins,
        pins: KeptPins,
    ) -> None:
        self._storage = storage
        self._organisations = organisations
        self._lines = lines
        self._cores = cores
        self._member_pins = member_pins
        self._pins = pins
        self._course: _Course | None = None

    async def look(self, organisation: Organisation) -> Surveyed:
        async with self._storage.reading(organisation.id) as transaction:
            store = SurveyStore(transaction, organisation.id)
            survey, days = await store.get(), await store.days(transaction.now(), SHOWN_DAYS)
            line = await self._lines.now(transaction, organisation)
        sees_pins = line is None or line.core == OWN or line.traits.can(Capability.READ_PIN)
        return Surveyed(survey, self._obstacle(organisation, line), days, sees_pins)

    async def switch(self, client: Client, *, is_on: bool) -> None:
        """Count PINs from now on, once a day, or do not any more. What was counted stays."""
        whose = client.organisation.id
        async with self._storage.begin(whose) as transaction:
            store = SurveyStore(transaction, whose)
            before = await store.hold()
            if before.is_on == is_on:
                return
            due_at = transaction.now() if is_on else None
            await store.save(replace(before, due_at=due_at, begun_at=None))
            entry = Entry(
                action=Action.PIN_SURVEY_SWITCHED,
                actor=client.actor,
                target="pin_survey:telephone",
                details={"is_on": is_on},
            )
            await AuditStore(transaction, whose).add(entry)

    async def turn(self) -> bool:
        """Go on by a page, or begin with what is due; say whether there was anything."""
        if self._course is None:
            self._course = await self._begun()
            return self._course is not None
        course, self._course = self._course, None
        if await self._went_on(course):
            self._course = course
        return True

    async def _begun(self) -> _Course | None:
        async with self._storage.begin(EVERYWHERE) as transaction:
            whose = await SurveyLanes(transaction).take()
            if whose is None:
                return None
            organisation = await self._organisations.read(transaction, whose)
        async with self._storage.reading(whose) as transaction:
            line, day = await self._lines.now(transaction, organisation), transaction.now().date()
        obstacle = self._obstacle(organisation, line)
        if line is not None and obstacle is None:
            return _Course(organisation, line, day)
        await self._end(organisation, obstacle or Ended.NO_LINE)
        return None

    def _obstacle(self, organisation: Organisation, line: ProfileLine | None) -> Ended | None:
        if line is None:
            return Ended.NO_LINE
        if not line.profile.activation.is_active:
            return Ended.NOT_LOOKED_FOR
        core = self._cores.of(organisation, line.core)
        is_listed = core is not None and core.traits.can(NEEDS) and isinstance(core, ListsMembers)
        return None if is_listed else Ended.NOT_LISTED

    async def _went_on(self, course: _Course) -> bool:
        """Go on by a page; say whether there is more."""
        core = self._cores.of(course.organisation, course.line.core)
        if core is None or not isinstance(core, ListsMembers):
            await self._end(course.organisation, Ended.NOT_LISTED)
            return False
        at_once = OWN_AT_ONCE if course.line.core == OWN else ACCOUNTS_AT_ONCE
        page = await core.members(course.after, at_once)
        if isinstance(page, Unavailable) or not await self._counted(course, core, page.members):
            await self._end(course.organisation, Ended.CORE_AWAY)
            return False
        course.after = page.after
        if page.after is None:
            await self._end(course.organisation, Ended.DONE, course)
            return False
        return await self._is_still_ours(course)

    async def _counted(self, course: _Course, core: BankingCore, members: Sequence[Member]) -> bool:
        """Count those of a page; say whether the core told of all of them."""
        for holders in groups(members, is_per_person=core.traits.pins_are_per_person):
            found = await self._stand(course, core, holders)
            if found is None:
                return False
            course.stands[found] += 1
        return True

    async def _stand(
        self, course: _Course, core: BankingCore, holders: Sequence[Member]
    ) -> Stand | None:
        line, client = course.line, _Surveyor(course.organisation)
        state = await core.pin_state(holders[0].ref)
        if isinstance(state, Unavailable):
            return None
        each = [await self._member_pins.known(client, line.core, one.ref, state) for one in holders]
        # Whoever shares a PIN has chosen it for all of them.
        known = max(each, key=lambda one: WEIGHT.index(one.established))
        found = await self._evaluated(course, known, holders)
        if found is None:
            return None
        return stand(found, known.established, is_set=state.is_set)

    async def _evaluated(
        self, course: _Course, known: Known, holders: Sequence[Member]
    ) -> Sequence[Evaluation] | None:
        line, now = course.line, self._storage.now()
        if line.core != OWN or not known.state.is_set:
            return [*(line.looked_at(known, holders, now) or ())]
        basis, whose = line.basis_of(holders), course.organisation.id
        listed = suspects(line.profile.activation.scenarios, basis)
        subject = await self._member_pins.subject(whose, line.core, holders[0].ref)
        behind = await self._pins.which(whose, subject, listed)
        if isinstance(behind, Crowd):
            return None
        found = line.looked_at(known, holders, now, behind or NONE_OF_THEM) or ()
        return [*(found if behind is not None else without_the_unlisted(found, basis))]

    async def _is_still_ours(self, course: _Course) -> bool:
        """Let nobody else begin with it meanwhile; say whether it is still wanted."""
        whose = course.organisation.id
        async with self._storage.begin(whose) as transaction:
            store = SurveyStore(transaction, whose)
            survey = await store.hold()
            if not survey.is_under_way:
                return False
            await store.save(replace(survey, due_at=transaction.now() + LEASE))
        return True

    async def _end(
        self, organisation: Organisation, ended: Ended, course: _Course | None = None
    ) -> None:
        whose = organisation.id
        async with self._storage.begin(whose) as transaction:
            store, now = SurveyStore(transaction, whose), transaction.now()
            survey = await store.hold()
            if not survey.is_on:
                return
            again = AGAIN if ended is Ended.CORE_AWAY else EVERY
            after = replace(survey, due_at=now + again, begun_at=None, ended_at=now, ended=ended)
            await store.save(after)
            if course is not None:
                await store.keep(course.day, course.stands)
        log.info("pin_survey.ended", organisation_id=str(whose), ended=ended)
