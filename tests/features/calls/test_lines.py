"""Lines of profiles that rest in a database, with a real core: what is asked is what is heard."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from tests.stores import KEYRING, MovableTime
from watchword.features.activation.dialogue.steps import (
    CallStarted,
    EndedBy,
    Say,
    Transfer,
    Typed,
)
from watchword.features.activation.profiles.rules import Profile, ProfileKind, Terms
from watchword.features.activation.profiles.site import Site, SiteVersion
from watchword.features.activation.prompts.rules import text_of
from watchword.features.activation.questions import Asked, Question
from watchword.features.calls.conduct.service import Begun
from watchword.features.calls.history import Answer
from watchword.features.calls.rules import Door
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
)


@dataclass
class Phone:
    services: Services
    client: Operator

    async def call(self, language: str, *keys: str) -> Answer:
        """Call in a language, press keys, and give what comes of the last ones."""
        conduct = self.services.telephone.conduct
        started = CallStarted(self.services.storage.now(), language=language)
        begun = await conduct.begin(self.client, None, Door.TURNS, started, language)
        assert isinstance(begun, Begun)
        answer = begun.spoken
        for each in keys:
            assert isinstance(answer, Answer)
            assert answer.token is not None
            event = Typed(Secret(each), EndedBy.TERMINATOR)
            answer = await conduct.hear(self.client, begun.id, answer.token.reveal(), event)
        assert isinstance(answer, Answer)
        return answer


@pytest.fixture
async def services(migrated: str, time: MovableTime) -> AsyncIterator[Services]:
    core = {"kind": "demo", "organisations": ["bank"]}
    settings = parse({"database": {"url": migrated}, "cores": {CORE: core}})
    async with open_services(settings, KEYRING, now=time) as opened:
        yield opened


@pytest.fixture
async def phone(services: Services, home: tuple[str, str]) -> Phone:
    country, locale = home
    bank = await services.organisations.found(
        slug="bank", name="Bank", mode=Mode.TEST, country=country, locale=locale, actor="test"
    )
    assert isinstance(bank, Organisation)
    client, profiles = Operator(name="test", organisation=bank), services.telephone.profiles
    assert isinstance(await profiles.set_site(client, Site(core=CORE), 0), SiteVersion)
    made = await profiles.create(client, BORN)
    assert isinstance(made, Profile)
    site = Site(core=CORE, profile_id=made.id, onward_to="bank", transfer_to="desk")
    assert isinstance(await profiles.set_site(client, site, 1), SiteVersion)
    return Phone(services, client)


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
