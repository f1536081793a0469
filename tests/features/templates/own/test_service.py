"""What happens to own words on a real database: saved, sent, taken back, and never in the way."""

import asyncio
from dataclasses import dataclass

import pytest
from structlog.testing import capture_logs

from tests.stores import BANK, SHOP, MovableTime, found
from watchword.features.audit.rules import Action
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Operator
from watchword.features.contacts.channels import Channel
from watchword.features.organisations.rules import Organisation
from watchword.features.templates.own.rules import ANY, VERSIONS_KEPT, Faulty, Saved, Slot, Stale
from watchword.features.templates.own.service import FRESH_FOR, OwnTexts
from watchword.features.templates.rules import TemplateName
from watchword.features.templates.words import Words
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage, StorageUnavailable

SLOT = Slot(ANY, Channel.SMS, "de")
OURS = Words("{code} von {organisation}.", life="Gilt {life}.", denial="Nein? {denial}")
OTHERS = Words("{code}: {organisation}.", life="Gilt {life}.", denial="Nein? {denial}")
FACTS = {"code": "123456", "organisation": "Hof"}
BROKEN = """
    update own_words set words = '{"text": "without a code"}'
    where organisation_id = :id and replaced_at is null
"""
FROM_ANOTHER_VERSION = """
    update own_words set words = '{"wording": 7}' where organisation_id = :id
"""


@dataclass
class Steady:
    seconds: float = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Steady:
    return Steady()


@pytest.fixture
def texts(house: Storage, clock: Steady) -> OwnTexts:
    return OwnTexts(storage=house, seconds=clock)


@pytest.fixture
async def bank(house: Storage) -> Organisation:
    return await found(house, "bank")


@pytest.fixture
def ann(bank: Organisation) -> Operator:
    return Operator(name="ann", organisation=bank)


async def sent(
    texts: OwnTexts, whose: OrganisationId, *, purpose: str = "step_up", locale: str = "de"
) -> str:
    rendered = await texts.render(
        whose,
        TemplateName.CODE,
        purpose=purpose,
        locale=locale,
        channel=Channel.SMS,
        facts=FACTS,
        minutes=5,
    )
    return rendered.text.reveal()


SHIPPED = "123456 ist Ihr Code"


class TestSaving:
    async def test_lets_them_be_sent_at_once_and_to_nobody_else(
        self, texts: OwnTexts, ann: Operator
    ) -> None:
        before = await sent(texts, ann.organisation.id)

        saved = await texts.save(ann, SLOT, OURS, seen=0)

        assert isinstance(saved, Saved)
        assert before.startswith(SHIPPED)
        assert await sent(texts, ann.organisation.id) == "123456 von Hof. Gilt 5 Minuten."
        assert (await sent(texts, SHOP)).startswith(SHIPPED)
        assert not (await sent(texts, ann.organisation.id, locale="en")).endswith("Minuten.")

    async def test_of_what_cannot_be_sent_changes_nothing(
        self, texts: OwnTexts, ann: Operator
    ) -> None:
        outcome = await texts.save(ann, SLOT, Words("no code"), seen=0)

        assert isinstance(outcome, Faulty)
        assert await texts.versions(ann.organisation.id, SLOT) == []

    async def test_leaves_a_trace_that_does_not_tell_the_words(
        self, texts: OwnTexts, ann: Operator, house: Storage
    ) -> None:
        saved = await texts.save(ann, SLOT, OURS, seen=0)
        assert isinstance(saved, Saved)

        async with house.reading(ann.organisation.id) as transaction:
            store = AuditStore(transaction, ann.organisation.id)
            [entry] = await store.about(str(saved.own.id))

        assert entry.action is Action.OWN_WORDS_SAVED
        assert entry.actor == "operator:ann"
        assert {*entry.details} == {
            *("purpose", "channel", "locale", "version", "digest", "characters")
        }
        assert "von" not in str(entry)

    async def test_of_two_people_at_once_one_is_told_of_the_other(
        self, texts: OwnTexts, ann: Operator
    ) -> None:
        outcomes = await asyncio.gather(
            texts.save(ann, SLOT, OURS, seen=0), texts.save(ann, SLOT, OTHERS, seen=0)
        )

        [saved] = [each for each in outcomes if isinstance(each, Saved)]
        [stale] = [each for each in outcomes if isinstance(each, Stale)]
        assert stale.current == saved.own
        assert len(await texts.versions(ann.organisation.id, SLOT)) == 1

    async def test_over_what_was_changed_meanwhile_is_refused(
        self, texts: OwnTexts, ann: Operator
    ) -> None:
        await texts.save(ann, SLOT, OURS, seen=0)

        outcome = await texts.save(ann, SLOT, OTHERS, seen=0)

        assert isinstance(outcome, Stale)
        assert outcome.current is not None
        assert outcome.current.words == OURS

    async def test_over_a_version_that_never_was_is_refused(
        self, texts: OwnTexts, ann: Operator
    ) -> None:
        await texts.save(ann, SLOT, OURS, seen=0)

        outcome = await texts.save(ann, SLOT, OTHERS, seen=7)

        assert isinstance(outcome, Stale)
        assert [each.version for each in await texts.versions(ann.organisation.id, SLOT)] == [1]

    async def test_keeps_earlier_versions_and_not_all_of_them(
        self, texts: OwnTexts, ann: Operator
    ) -> None:
        for version in range(VERSIONS_KEPT + 5):
            words = OURS if version % 2 else OTHERS
            assert isinstance(await texts.save(ann, SLOT, words, seen=version), Saved)

        versions = await texts.versions(ann.organisation.id, SLOT)
        assert [each.version for each in versions] == [
            *range(VERSIONS_KEPT + 5, 5, -1),
        ]


class TestGoingBack:
    async def test_sends_the_shipped_words_and_keeps_the_own(
        self, texts: OwnTexts, ann: Operator
    ) -> None:
        await texts.save(ann, SLOT, OURS, seen=0)

        outcome = await texts.reset(ann, SLOT, seen=1)

        assert isinstance(outcome, Saved)
        assert (await sent(texts, ann.organisation.id)).startswith(SHIPPED)
        assert await texts.all(ann.organisation.id) == {}
        versions = await texts.versions(ann.organisation.id, SLOT)
        assert [each.words for each in versions] == [None, OURS]
        assert isinstance(await texts.save(ann, SLOT, OTHERS, seen=2), Saved)

    async def test_from_what_was_changed_meanwhile_is_refused(
        self, texts: OwnTexts, ann: Operator
    ) -> None:
        await texts.save(ann, SLOT, OURS, seen=0)
        await texts.save(ann, SLOT, OTHERS, seen=1)

        assert isinstance(await texts.reset(ann, SLOT, seen=1), Stale)


class TestSending:
    @pytest.mark.parametrize("damage", [BROKEN, FROM_ANOTHER_VERSION])
    async def test_falls_back_to_shipped_words_and_says_so_by_id(
        self, texts: OwnTexts, ann: Operator, house: Storage, damage: str
    ) -> None:
        saved = await texts.save(ann, SLOT, OURS, seen=0)
        assert isinstance(saved, Saved)
        whose = ann.organisation.id
        async with house.begin(whose) as transaction:
            await transaction.run(damage, id=str(whose))

        with capture_logs() as logs:
            said = await sent(texts, whose)

        assert said.startswith(SHIPPED)
        [line] = logs
        assert line == {
            "event": "own_words.unusable",
            "log_level": "error",
            "own_words_id": str(saved.own.id),
        }

    async def test_hears_of_another_process_within_seconds(
        self, texts: OwnTexts, ann: Operator, house: Storage, clock: Steady
    ) -> None:
        await sent(texts, ann.organisation.id)
        await OwnTexts(storage=house).save(ann, SLOT, OURS, seen=0)

        still = await sent(texts, ann.organisation.id)
        clock.seconds += FRESH_FOR
        now = await sent(texts, ann.organisation.id)

        assert (still.startswith(SHIPPED), now) == (True, "123456 von Hof. Gilt 5 Minuten.")

    async def test_asks_the_database_once_in_a_while_and_not_for_each_message(
        self, house: Storage, clock: Steady, time: MovableTime
    ) -> None:
        counting = Counting(house)
        texts = OwnTexts(storage=counting, seconds=clock)  # type: ignore[arg-type] # it reads alone

        for _ in range(50):
            await sent(texts, BANK)

        assert counting.read == 1

    async def test_goes_on_when_the_database_does_not_answer(
        self, texts: OwnTexts, ann: Operator, house: Storage, clock: Steady
    ) -> None:
        counting = Counting(house)
        texts = OwnTexts(storage=counting, seconds=clock)  # type: ignore[arg-type] # likewise
        await OwnTexts(storage=house).save(ann, SLOT, OURS, seen=0)
        counting.is_away = True
        strange = await sent(texts, ann.organisation.id)
        counting.is_away = False
        known = await sent(texts, ann.organisation.id)
        clock.seconds += FRESH_FOR
        counting.is_away = True
        remembered = await sent(texts, ann.organisation.id)

        assert strange.startswith(SHIPPED)
        assert known == remembered == "123456 von Hof. Gilt 5 Minuten."


class Counting:
    """A storage that counts who reads, and can be away."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self.read = 0
        self.is_away = False

    def reading(self, whose: OrganisationId) -> object:
        self.read += 1
        if self.is_away:
            raise StorageUnavailable
        return self._storage.reading(whose)
