"""Trying a way out by hand: what is said, to whom not, and how often."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from tests.stores import NOON, MovableTime, found, new_organisations
from tests.whole_house import email, phone
from watchword.features.clients.rules import Operator
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.service import Contacts
from watchword.features.delivery.routes import SANDBOX, Routes
from watchword.features.delivery.rules import (
    Accepted,
    Message,
    MessageId,
    ProviderName,
    SendOutcome,
    Unavailable,
    Uncertain,
)
from watchword.features.delivery.trials.rules import (
    WORDS,
    NoSuchWay,
    TooManyTrials,
    Tried,
    trial,
)
from watchword.features.delivery.trials.service import Trials
from watchword.foundation.ids import new_id
from watchword.foundation.storage import Storage

HOUR = timedelta(hours=1)


@dataclass
class Played:
    """A provider that keeps what it was given, and answers as it is told to."""

    answer: Callable[[], SendOutcome] = lambda: Accepted("ref")
    taken: list[Message] = field(default_factory=list)
    knows_repeats: bool = False
    gives_receipts: bool = False

    async def send(self, message: Message) -> SendOutcome:
        self.taken.append(message)
        return self.answer()

    async def close(self) -> None: ...


@dataclass
class Bench:
    trials: Trials
    provider: Played
    caller: Operator

    async def make(
        self, channel: Channel = Channel.SMS, provider: ProviderName = SANDBOX, locale: str = "en"
    ) -> object:
        to = email() if channel is Channel.EMAIL else phone()
        return await self.trials.make(self.caller, provider, channel, to, locale=locale)


@pytest.fixture
async def bench(house: Storage) -> Bench:
    organisation, provider = await found(house), Played()
    contacts = Contacts(storage=house, organisations=new_organisations(house))
    trials = Trials(
        storage=house,
        contacts=contacts,
        routes=Routes({}),
        providers=lambda: {SANDBOX: provider, ProviderName("other"): provider},
    )
    return Bench(trials, provider, Operator(name="test", organisation=organisation))


async def test_what_the_provider_says_is_handed_on(bench: Bench) -> None:
    bench.provider.answer = lambda: Unavailable("HTTP 503")

    assert await bench.make() == Tried(Unavailable("HTTP 503"))


async def test_a_provider_that_breaks_leaves_it_in_doubt(bench: Bench) -> None:
    def broken() -> SendOutcome:
        raise RuntimeError("+491701234567 is in my words")

    bench.provider.answer = broken

    assert await bench.make() == Tried(Uncertain("fault"))


async def test_an_organisation_tries_five_times_an_hour(bench: Bench, time: MovableTime) -> None:
    for _ in range(5):
        assert isinstance(await bench.make(), Tried)
        time.pass_by(timedelta(minutes=1))

    assert await bench.make() == TooManyTrials(NOON + HOUR)
    assert len(bench.provider.taken) == 5
    time.moment = NOON + HOUR
    assert isinstance(await bench.make(), Tried)


@pytest.mark.parametrize("name", ["other", "nobody", ""])
async def test_a_test_organisation_tries_the_sandbox_and_nothing_else(
    bench: Bench, name: str
) -> None:
    assert await bench.make(provider=ProviderName(name)) == NoSuchWay()
    assert bench.provider.taken == []


async def test_what_cannot_be_tried_costs_no_trial(bench: Bench) -> None:
    for _ in range(20):
        await bench.make(provider=ProviderName("nobody"))

    assert isinstance(await bench.make(), Tried)


@pytest.mark.parametrize("locale", [*WORDS, "tr"])
@pytest.mark.parametrize("channel", Channel)
def test_a_trial_says_what_it_is_in_words_that_we_have(channel: Channel, locale: str) -> None:
    to = email() if channel is Channel.EMAIL else phone()
    organisation_id = new_id()

    message = trial(MessageId(new_id()), organisation_id, to, channel, locale=locale, now=NOON)  # type: ignore[arg-type]

    said = WORDS.get(locale, WORDS["en"])
    assert message.text.reveal() == said.text
    assert message.locale in WORDS
    assert (message.subject is not None) == (channel is Channel.EMAIL)
    assert (message.greeting is not None) == (channel is Channel.VOICE)
    assert "123456" not in message.text.reveal()
