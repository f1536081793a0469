"""What a caller waits for is the same whether or not somebody is known: what is heard, and when."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.features.activation.dialogue.calls import MEMBER, NUMBER, UNKNOWN, StandInLine
from tests.features.calls.granting import Stopwatch
from tests.features.calls.test_granting import Desk, desk_of
from tests.stores import NOON, new_organisations
from tests.whole_house import dealt, services
from watchword.features.activation.dialogue.codes import CodeRefused, CodeSent, JudgeCode, SendCode
from watchword.features.activation.dialogue.steps import CallStarted, Find, LookAt, Verify, Wish
from watchword.features.calls.conduct.service import ANSWERED_WITHIN
from watchword.features.calls.granting.service import Granting
from watchword.features.calls.outages.service import LIFE
from watchword.features.calls.pacing.service import Pacing
from watchword.features.calls.pauses.rules import LONGEST, STEP, TRIED, UNTRIED, due
from watchword.features.calls.pauses.service import Pauses, Place
from watchword.features.calls.rules import Door
from watchword.features.challenges.openings import Opening
from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import Contact, read_phone
from watchword.features.contacts.suppressions.rules import OptedOut
from watchword.features.cores.rules import CoreName, Member, PinWrong, Unavailable
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.secret import Secret
from watchword.settings.faults import LONGEST_TIMEOUT
from watchword.wiring import Services

__all__ = ["dealt", "services"]

PIN = Secret("1111")
SECONDS = st.floats(0, 40, allow_nan=False)


@given(took=st.lists(SECONDS, max_size=40), is_near=st.booleans())
def test_no_answer_about_somebody_is_later_than_all_are_given_but_a_very_late_one(
    took: list[float], *, is_near: bool
) -> None:
    given_at = due(took, is_near=is_near)

    assert STEP <= given_at <= LONGEST
    assert all(each < given_at for each in took if each < LONGEST)
    assert given_at >= UNTRIED or is_near or len(took) >= TRIED


def test_no_core_hangs_for_longer_than_everybody_waits() -> None:
    assert due([LONGEST_TIMEOUT], is_near=False) > LONGEST_TIMEOUT


def test_who_holds_for_somebody_holds_for_nobody() -> None:
    """One answer that let its caller hold, and all others do."""
    assert due([ANSWERED_WITHIN], is_near=True) > ANSWERED_WITHIN
    assert due([60.0], is_near=True) > ANSWERED_WITHIN


class Waits:
    """Two organisations and a core, and how long it takes."""

    def __init__(self) -> None:
        self.watch = Stopwatch()
        self.pauses = Pauses(clock=self.watch, sleep=self.watch.sleep)
        self.bank, self.other = (OrganisationId(new_id()) for _ in range(2))

    async def ask(self, takes: float, whose: OrganisationId | None = None) -> float:
        """Ask about somebody, if that takes a while; say after how long there is an answer."""
        began = self.watch()

        async def work() -> bool:
            await self.watch.sleep(takes)
            return takes > 0

        place = Place(whose or self.bank, CoreName("books"), "Verify")
        await self.pauses.even(place, work(), bool, is_near=False)
        return round(self.watch() - began, 6)


async def test_known_and_unknown_wait_alike_from_the_first_one_on() -> None:
    desk = Waits()

    first = [await desk.ask(0.7), await desk.ask(0)]
    for _ in range(40):
        await desk.ask(0.7)
    later = [await desk.ask(each) for each in (0.7, 0, 0.71, 0)]

    assert first == [1.0, 1.0]
    assert later == [0.9] * 4


async def test_a_core_that_has_become_slow_is_slow_for_nobody_too_and_quick_again_after() -> None:
    desk = Waits()
    for takes in [0.03] * 40 + [2.6]:
        await desk.ask(takes)
    slow = [await desk.ask(0.03), await desk.ask(0)]
    for _ in range(32):
        await desk.ask(0.03)

    assert slow == [3.25, 3.25]
    assert await desk.ask(0) == STEP


async def test_no_other_organisation_waits_for_it() -> None:
    desk = Waits()
    await desk.ask(2.6)

    assert await desk.ask(0, desk.other) == UNTRIED


async def test_whoever_asks_about_nobody_makes_nobodys_wait_shorter() -> None:
    desk = Waits()
    for takes in [0.7] * TRIED + [0] * 200:
        await desk.ask(takes)

    assert await desk.ask(0) == 0.9


class Reaching(StandInLine):
    """A line of a core that has a telephone of everybody on file."""

    def reached(self, member: Member, at: object) -> Contact | None:
        read = read_phone("+12025550100", "US")
        return read if isinstance(read, Contact) else None


class Refusing:
    """Opens no challenge, as for whoever wants to hear nothing."""

    async def open(self, client: Caller, opening: Opening) -> OptedOut:
        return OptedOut()


@pytest.fixture
async def desk(services: Services) -> Desk:
    made = await desk_of(services)
    made.core.members, made.core.verdict = [MEMBER], PinWrong()
    return made


def wishes_of(number: str, *, is_known: bool) -> Sequence[Wish]:
    ref = MEMBER.ref if is_known else None
    return [Find(StandInLine.find_by, Secret(number)), Verify(ref, PIN), LookAt(ref)]


async def heard(desk: Desk, wishes: Sequence[Wish]) -> list[tuple[str, float]]:
    """Grant wishes; give what kind of answer there was, and after how long."""
    answers = []
    for wish in wishes:
        began = desk.core.watch()
        event = await desk.granted().grant(wish)
        answers.append((type(event).__name__, round(desk.core.watch() - began, 6)))
    return answers


@pytest.mark.parametrize("takes", [0.0, 0.03, 0.7, 2.6])
@pytest.mark.parametrize("is_near", [True, False])
async def test_of_a_core_however_slow_the_same_is_heard_at_the_same_time(
    desk: Desk, *, takes: float, is_near: bool
) -> None:
    desk.core.traits = replace(desk.core.traits, is_near=is_near)
    desk.core.takes = takes
    await heard(desk, wishes_of(NUMBER, is_known=True))  # so much is known of it

    known = await heard(desk, wishes_of(NUMBER, is_known=True))
    unknown = await heard(desk, wishes_of(UNKNOWN, is_known=False))

    assert known == unknown
    assert [kind for kind, _ in known] == ["Found", "PinWrong", "Known"]


async def test_a_core_that_hangs_lets_whoever_is_not_known_wait_as_long(desk: Desk) -> None:
    """Until it gives up, after more than anything is held back."""
    desk.core.is_away, desk.core.takes = True, 2 * LONGEST
    waits = [await heard(desk, [Verify(ref, PIN)]) for ref in (MEMBER.ref, None, MEMBER.ref, None)]

    assert [seconds for [(_, seconds)] in waits] == [2 * LONGEST] * 4


async def test_a_core_that_answers_and_judges_no_pin_is_the_same_for_nobody(desk: Desk) -> None:
    """From the first time on that somebody meets it, and until it judges one again."""
    desk.core.verdict, desk.core.takes = Unavailable(), 5.0
    [(_, first)] = await heard(desk, [Verify(MEMBER.ref, PIN)])
    down = [await heard(desk, [Verify(ref, PIN)]) for ref in (None, MEMBER.ref, None)]
    desk.core.verdict = PinWrong()
    up = [await heard(desk, [Verify(ref, PIN)]) for ref in (MEMBER.ref, None)]

    assert first == 5.0
    assert down == [[("Unavailable", 6.25)]] * 3
    assert up == [[("PinWrong", 6.25)]] * 2


async def test_that_a_core_says_nothing_of_a_pin_is_the_same_for_nobody_and_passes(
    desk: Desk,
) -> None:
    desk.core.says_nothing = True
    down = [await heard(desk, [LookAt(ref)]) for ref in (MEMBER.ref, None)]
    await desk.core.watch.sleep(LIFE)
    [(later, _)] = await heard(desk, [LookAt(None)])

    assert down == [[("Unavailable", UNTRIED)]] * 2
    assert later == "Known"


async def test_what_a_rehearsal_meets_changes_nothing_for_callers(desk: Desk) -> None:
    desk.core.verdict = Unavailable()
    call = replace(desk.call, door=Door.REHEARSAL)
    rehearsed = Granting(desk.room).of(desk.client, call, StandInLine(), CallStarted(NOON))
    await rehearsed.grant(Verify(MEMBER.ref, PIN))

    assert [kind for kind, _ in await heard(desk, [Verify(None, PIN)])] == ["PinWrong"]


async def test_a_core_is_asked_about_nobody_but_our_own_which_makes_a_hash_for_them(
    desk: Desk,
) -> None:
    await desk.granted().grant(Verify(None, PIN))
    foreign = [*desk.core.verified]
    line = StandInLine(core=CoreName("own"))
    granted = Granting(desk.room).of(desk.client, desk.call, line, CallStarted(NOON))
    await granted.grant(Verify(None, PIN))

    assert foreign == []
    assert [each.person.reveal() for each in desk.core.verified] == [""]


@pytest.mark.parametrize("refuses", [False, True])
async def test_a_code_is_sent_as_far_as_anybody_hears_whatever_stands_in_its_way(
    desk: Desk, *, refuses: bool
) -> None:
    if refuses:
        desk.room = replace(desk.room, challenges=Refusing())  # type: ignore[arg-type]
    granted = Granting(desk.room).of(desk.client, desk.call, Reaching(), CallStarted(NOON))
    for member, value in ((MEMBER, NUMBER), (None, UNKNOWN)):
        sent = [
            await granted.grant(SendCode(member, Secret(value), is_first=True)) for _ in "12345"
        ]

        assert {type(each) for each in sent} == {CodeSent}
        assert isinstance(sent[-1], CodeSent)
        judged = await granted.grant(JudgeCode(sent[-1].reference, Secret("000000")))
        assert type(judged).__name__ == "CodeWrong"


async def test_too_many_codes_by_what_was_typed_are_refused_to_known_and_unknown_alike(
    desk: Desk, services: Services
) -> None:
    organisations = new_organisations(services.storage)
    desk.room = replace(
        desk.room, paces=Pacing(organisations=organisations, news=services.webhooks)
    )
    for member, values in ((MEMBER, (NUMBER, f"0{NUMBER}")), (None, (UNKNOWN, f"00{UNKNOWN}"))):
        sent = [
            await desk.granted().grant(SendCode(member, Secret(value), is_first=True))
            for value in [*values] * 3
        ]

        assert [type(each) for each in sent] == [CodeSent] * 5 + [CodeRefused]
