"""Lines of profiles that rest in a database, with a real core: what is asked is what is heard."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace

import pytest

from tests.features.activation.evidence import LEGACY
from tests.stores import KEYRING, MovableTime
from tests.whole_house import GATEWAY, Dealt, dealt
from watchword.features.activation.dialogue.steps import (
    Ask,
    EndedBy,
    Say,
    Transfer,
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
from watchword.features.activation.prompts.rules import text_of
from watchword.features.activation.questions import Asked, Question
from watchword.features.activation.scenarios import Scenario
from watchword.features.calls.conduct.service import Begun
from watchword.features.calls.history import Answer
from watchword.features.calls.rules import CallId, Door, Incoming
from watchword.features.clients.rules import Operator
from watchword.features.cores.rules import CoreName
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.secret import Secret
from watchword.settings import parse
from watchword.wiring import Services, open_services

CORE, NUMBER = CoreName("demo"), "500100"
DAY_FIRST, MONTH_FIRST = "17041958", "04171958"
"""When that member was born."""
BORN = Terms(
    name="Members",
    kind=ProfileKind.STANDARD,
    levels=((Asked(Question.MEMBER_NUMBER),), (Asked(Question.BIRTH_DATE),)),
    risk=LEGACY,
)
WITH_PIN = replace(BORN, levels=((Asked(Question.MEMBER_NUMBER), Asked(Question.PIN)),))
FIRST = Terms(name="First", kind=ProfileKind.ACTIVATION, questions=(Asked(Question.CODE),))
ANOTHER = Terms(name="Another", kind=ProfileKind.FORCE, questions=(Asked(Question.CODE),))
MEMBER, DEFAULT_PIN = "500111", "4354"


__all__ = ["dealt"]


@dataclass
class Phone:
    services: Services
    client: Operator
    id: CallId = field(init=False)

    async def answer_with(self, terms: Terms) -> None:
        """Answer calls with a profile of these terms."""
        made = await self.make(terms)
        profiles = self.services.telephone.profiles
        before = (await profiles.all(self.client.organisation.id)).line.version
        settings = LineSettings(core=CORE, profile_id=made, onward_to="bank", transfer_to="desk")
        assert isinstance(await profiles.set_line(self.client, settings, before), SetLine)

    async def make(self, terms: Terms) -> ProfileId:
        made = await self.services.telephone.profiles.create(self.client, terms)
        assert isinstance(made, Profile)
        return made.id

    async def call(self, language: str, *keys: str) -> Answer:
        """Call in a language, press keys, and give what comes of the last ones."""
        conduct = self.services.telephone.conduct
        begun = await conduct.begin(self.client, Incoming(door=Door.TURNS, language=language))
        assert isinstance(begun, Begun)
        assert isinstance(begun.spoken, Answer)
        self.id, answer = begun.id, begun.spoken
        for each in keys:
            answer = await self.press(answer, each)
        return answer

    async def press(self, answer: Answer, keys: str) -> Answer:
        assert answer.token is not None
        event, token = Typed(Secret(keys), EndedBy.TERMINATOR), answer.token.reveal()
        spoken = await self.services.telephone.conduct.hear(
            self.client, Door.TURNS, self.id, token, event
        )
        assert isinstance(spoken, Answer)
        return spoken

    async def purposes(self) -> Sequence[str]:
        async with self.services.storage.reading(self.client.organisation.id) as transaction:
            rows = await transaction.all("select purpose from challenges")
        return [row["purpose"] for row in rows]


@pytest.fixture
async def services(migrated: str, time: MovableTime, dealt: Dealt) -> AsyncIterator[Services]:
    parts = {
        "database": {"url": migrated},
        "providers": {"gateway": GATEWAY},
        "cores": {CORE: {"kind": "demo", "organisations": ["bank"]}},
        "purposes": {"pin_activation": {"code_length": 10}},
    }
    async with open_services(parse(parts), KEYRING, now=time, draw=dealt) as opened:
        yield opened


@pytest.fixture
async def phone(services: Services, home: tuple[str, str]) -> Phone:
    country, locale = home
    bank = await services.organisations.found(
        slug="bank", name="Bank", mode=Mode.TEST, country=country, locale=locale, actor="test"
    )
    assert isinstance(bank, Organisation)
    phone = Phone(services, Operator(name="test", organisation=bank))
    profiles = services.telephone.profiles
    assert isinstance(await profiles.set_line(phone.client, LineSettings(core=CORE), 0), SetLine)
    await phone.answer_with(BORN)
    return phone


@pytest.mark.parametrize(
    ("home", "language", "words", "right", "wrong"),
    [
        (("US", "en"), "de", ("den Tag", "den Monat"), DAY_FIRST, MONTH_FIRST),
        (("DE", "de"), "en", ("the month", "the day"), MONTH_FIRST, DAY_FIRST),
    ],
)
async def test_a_date_is_right_in_the_order_in_which_it_was_asked_for(
    phone: Phone, language: str, words: tuple[str, str], right: str, wrong: str
) -> None:
    asked = await phone.call(language, NUMBER)
    came_of_right = await phone.call(language, NUMBER, right)
    came_of_wrong = await phone.call(language, NUMBER, wrong)

    [question] = [each for each in asked.steps if isinstance(each, Say)]
    said = text_of(question, language)
    first, second = (said.index(each) for each in words)
    assert first < second
    assert came_of_right.steps[-1] == Transfer("bank")
    assert came_of_wrong.steps[-1] != Transfer("bank")


@pytest.mark.parametrize("home", [("US", "en")])
async def test_whoever_calls_hears_who_answers(phone: Phone) -> None:
    begun = await phone.call("en")

    welcome = next(each for each in begun.steps if isinstance(each, Say))
    assert text_of(welcome, "en").startswith("Welcome to Bank.")


@pytest.mark.parametrize("home", [("US", "en")])
@pytest.mark.parametrize(
    ("process", "purpose", "length"),
    [("activation", "pin_activation", 10), ("force", "pin_change", 6)],
)
async def test_a_code_has_the_purpose_of_what_it_leads_to_and_can_be_typed_whole(
    phone: Phone, dealt: Dealt, process: str, purpose: str, length: int
) -> None:
    linked = await phone.make(FIRST if process == "activation" else ANOTHER)
    asks = Process(is_active=True, profile_id=linked, scenarios=(Scenario.SSN_LAST4,))
    first, another = (asks, Process()) if process == "activation" else (Process(), asks)
    await phone.answer_with(replace(WITH_PIN, name="PINs", activation=first, force=another))

    waiting = await phone.call("en", MEMBER, DEFAULT_PIN)
    code = dealt.latest
    done = await phone.press(waiting, code)

    assert await phone.purposes() == [purpose]
    assert len(code) == length
    assert [each.name for each in done.steps if isinstance(each, Ask)] == ["new_pin"]
