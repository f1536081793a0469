"""What is asked of the ledger in the whole house: entries, proofs and exports."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests.features.ledger.keepers import write
from tests.house.source import of_the_house
from tests.stores import MovableTime
from tests.whole_house import asked, shown
from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Client
from watchword.features.ledger.checkpoints import read_note
from watchword.features.ledger.exports.service import ExportForm
from watchword.features.ledger.proofs import is_consistent
from watchword.features.ledger.receipts import Proven, check_receipt
from watchword.features.ledger.rules import EntryId, LedgerEntry, Wanted
from watchword.features.ledger.service import NotYet
from watchword.features.ledger.verification import Verdict, Verification
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.settings.two_people import NeedsSecondPerson
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import new_id
from watchword.foundation.pages import Bookmark
from watchword.foundation.storage import StatementRefused
from watchword.wiring import Services

SECOND = timedelta(seconds=1)


@pytest.fixture
def organisation(shop: Client) -> Organisation:
    return shop.organisation


async def add(services: Services, organisation: Organisation, **said: object) -> None:
    entry = Entry(action=Action.BLOCK_LIFTED, actor="operator:ann", target="block-1")
    async with services.storage.begin(organisation.id) as transaction:
        await AuditStore(transaction, organisation.id).add(replace(entry, **said))  # type: ignore[arg-type]


async def read(
    services: Services, organisation: Organisation, wanted: Wanted, most: int = 100
) -> list[LedgerEntry]:
    """Read every page of a list, and take care that none says something twice."""
    found, after = list[LedgerEntry](), None
    while True:
        page = (
            await services.ledger.entries.page(organisation.id, wanted, most=most, after=after)
        ).page
        found += page.items
        after = page.after
        if after is None:
            assert len({entry.id for entry in found}) == len(found)
            return found


async def taken(services: Services, shop: Client, form: ExportForm = ExportForm.JSONL) -> bytes:
    pieces = await services.ledger.exports.begin(shop, form)
    assert not isinstance(pieces, NeedsSecondPerson)
    return b"".join([piece async for piece in pieces])


def verified(export: bytes) -> Verdict:
    checking = Verification()
    for line in export.splitlines(keepends=True):
        checking.read(line)
    return checking.end()


class TestAList:
    async def test_is_read_page_by_page_the_newest_first(
        self, services: Services, organisation: Organisation, time: MovableTime
    ) -> None:
        for number in range(9):
            await add(services, organisation, target=f"block-{number // 4}")
            time.pass_by(SECOND * (number % 2))  # so that some have the same moment

        found = await read(services, organisation, Wanted(action=Action.BLOCK_LIFTED), most=2)

        assert len(found) == 9
        assert [entry.at for entry in found] == sorted((e.at for e in found), reverse=True)

    @pytest.mark.parametrize(
        "wanted",
        [
            Wanted(actor="api_key:rare", action=Action.BLOCK_LIFTED),
            Wanted(actor="api_key:rare", target="block-7"),
            Wanted(word="rare"),
            Wanted(word="block-7", actor="api_key:rare"),
            Wanted(target="block-7", action=Action.BLOCK_LIFTED, actor="api_key:rare"),
        ],
    )
    async def test_is_narrowed_down_by_several_things_at_once(
        self, services: Services, organisation: Organisation, wanted: Wanted
    ) -> None:
        await add(services, organisation, actor="api_key:rare", target="block-7")
        await add(services, organisation, target="block-7", action=Action.LIMITS_LIFTED)
        await add(services, organisation, target="block-8")

        (entry,) = await read(services, organisation, wanted, most=1)

        assert (entry.actor, entry.target) == ("api_key:rare", "block-7")

    async def test_of_a_person_has_what_they_did_and_what_was_done_to_them(
        self, services: Services, organisation: Organisation, time: MovableTime
    ) -> None:
        id = str(new_id())
        for number in range(4):
            time.pass_by(SECOND)
            person = f"staff:{id}"
            said = {"actor": person} if number % 2 else {"target": person}
            await add(services, organisation, **said)

        assert len(await read(services, organisation, Wanted(word=id), most=1)) == 4

    async def test_ends_before_a_moment_and_begins_with_one(
        self, services: Services, organisation: Organisation, time: MovableTime
    ) -> None:
        await add(services, organisation, target="a")
        middle = time.pass_by(SECOND)
        await add(services, organisation, target="b")
        lifted = Wanted(action=Action.BLOCK_LIFTED)

        before = await read(services, organisation, replace(lifted, until=middle))
        since = await read(services, organisation, replace(lifted, since=middle))

        assert [entry.target for entry in before] == ["a"]
        assert [entry.target for entry in since] == ["b"]

    async def test_goes_on_behind_an_entry_that_is_not_there(
        self, services: Services, organisation: Organisation, time: MovableTime
    ) -> None:
        nowhere = Bookmark(time.moment + SECOND, new_id())

        found = await services.ledger.entries.page(organisation.id, Wanted(), most=1, after=nowhere)

        assert len(found.page.items) == 1


class TestAReceipt:
    async def test_is_there_for_every_entry_however_many_there_are(
        self, services: Services, organisation: Organisation
    ) -> None:
        await write(services.storage, 600, organisation.id)
        await services.ledger.sealing.seal_all(organisation.id)
        await write(services.storage, 77, organisation.id)
        await services.ledger.sealing.seal_all(organisation.id)
        keys = {key.public for key in await services.ledger.entries.keys()}

        entries = await read(services, organisation, Wanted())
        for entry in [*entries[::37], entries[-1]]:
            receipt = await services.ledger.entries.receipt(organisation.id, entry.id)
            assert not isinstance(receipt, NotYet)
            found = check_receipt(receipt, keys)
            assert isinstance(found, Proven)
            assert (found.is_known, found.entry.id) == (True, str(entry.id))

    async def test_waits_for_a_checkpoint(
        self, services: Services, organisation: Organisation
    ) -> None:
        (entry, *_) = await read(services, organisation, Wanted())

        assert await services.ledger.entries.receipt(organisation.id, entry.id) == NotYet()
        await services.ledger.sealing.seal(organisation.id)
        assert await services.ledger.entries.receipt(organisation.id, entry.id) == NotYet()

    async def test_of_nothing_is_not_there(
        self, services: Services, organisation: Organisation
    ) -> None:
        with pytest.raises(NotFound):
            await services.ledger.entries.receipt(organisation.id, EntryId(new_id()))


async def test_a_newer_checkpoint_proves_that_it_goes_on_from_an_older_one(
    services: Services, organisation: Organisation
) -> None:
    notes = []
    for count in (3, 260, 1, 300):
        await write(services.storage, count, organisation.id)
        await services.ledger.sealing.seal_all(organisation.id)
        newest = await services.ledger.entries.newest(organisation.id, None)
        assert newest is not None
        notes.append(read_note(newest[0].note))

    last = notes[-1]
    assert last is not None
    for note in notes[:-1]:
        assert note is not None
        before, after = note.checkpoint, last.checkpoint
        newest = await services.ledger.entries.newest(organisation.id, before.size)
        assert newest is not None
        assert is_consistent(before.size, after.size, newest[1], before.root, after.root)


class TestAnExport:
    async def test_is_good_and_holds_its_own_making(self, services: Services, shop: Client) -> None:
        await write(services.storage, 1500, shop.organisation.id)

        verdict = verified(await taken(services, shop))

        assert verdict.is_good
        assert verdict.entries == 1500 + 3  # founding, a key, and the export itself
        (newest, *_) = await read(
            services, shop.organisation, Wanted(action=Action.LEDGER_EXPORTED)
        )
        assert (newest.actor, newest.details) == (shop.actor, {"form": "jsonl"})

    async def test_agrees_with_an_older_one_up_to_where_that_ends(
        self, services: Services, shop: Client
    ) -> None:
        older = await taken(services, shop)
        newer = await taken(services, shop)

        assert older.splitlines()[-1] in newer.splitlines()
        assert verified(newer).entries == verified(older).entries + 1

    async def test_knows_a_key_that_was_retired(self, services: Services, shop: Client) -> None:
        verdict = verified(await taken(services, shop))

        assert [key.raw for key in await services.ledger.entries.keys()] == [*verdict.keys]

    @pytest.mark.parametrize("form", [ExportForm.CSV, ExportForm.JSON])
    async def test_to_read_has_more_than_one_page(
        self, services: Services, shop: Client, form: ExportForm
    ) -> None:
        await write(services.storage, 1200, shop.organisation.id)

        export = await taken(services, shop, form)

        if form is ExportForm.JSON:
            assert len(json.loads(export)) == 1203
        else:
            assert export.count(b"\r\n") == 1204

    async def test_of_somebody_else_has_nothing_of_ours(
        self, services: Services, shop: Client, tester: Client
    ) -> None:
        await add(services, shop.organisation, target="ours alone")

        assert b"ours alone" not in await taken(services, tester)
        assert b"ours alone" in await taken(services, shop)


async def test_what_cannot_be_written_into_the_ledger_does_not_happen(
    services: Services, shop: Client
) -> None:
    """The table of entries takes nothing: so no challenge is opened, and no message waits."""
    async with services.storage.begin(shop.organisation.id) as transaction:
        await transaction.run("alter table audit_entries rename to audit_entries_elsewhere")

    with pytest.raises(StatementRefused):
        await services.challenges.open(shop, asked())

    async with services.storage.begin(shop.organisation.id) as transaction:
        await transaction.run("alter table audit_entries_elsewhere rename to audit_entries")
        assert await transaction.all("select * from challenges") == []
        assert await transaction.all("select * from messages") == []
    assert shown(await services.challenges.open(shop, asked())).attempts_left > 0


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\0")))
async def test_whatever_a_detail_says_the_ledger_verifies(
    services: Services, shop: Client, words: str
) -> None:
    await add(services, shop.organisation, actor=words, details={words: words, "line": "a\r\nb"})

    assert verified(await taken(services, shop)).is_good


def test_every_action_is_written_somewhere() -> None:
    code = "".join(file.text for file in of_the_house())

    assert [action for action in Action if f"Action.{action.name}" not in code] == []
