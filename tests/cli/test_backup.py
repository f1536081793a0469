"""What a backup is: one moment, whole or not there, for its owner alone, and without a key."""

import asyncio
import json
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from tests.cli.desk import Desk
from tests.cli.forged import forge, rows_of, unpacked, write
from tests.cli.lived_in import live_in
from tests.whole_house import asked, phone, shown
from watchword.features.clients.rules import Client, Scope
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.restores.store import KEPT
from watchword.foundation.ids import EVERYWHERE
from watchword.foundation.storage import Value, open_storage
from watchword.migrations.copies.files import CopyReader
from watchword.migrations.copies.rows import AT_ONCE
from watchword.migrations.steps import NEWEST, upgrade
from watchword.wiring import Services
from watchword.wiring.copies import back_up

OLD: Mapping[str, Value] = {
    "organisation_id": "00000000-0000-4000-8000-000000000001",
    "slug": "old",
    "name": "Old",
    "mode": "test",
    "country": "DE",
    "locale": "de",
    "created_at": 1,
}
PENDING: Mapping[str, Value] = {
    "organisation_id": OLD["organisation_id"],
    "id": "00000000-0000-4000-8000-000000000002",
    "purpose": "wallet_signin",
    "contact_id": "00000000-0000-4000-8000-000000000003",
    "channel": "sms",
    "locale": "de",
    "lane": "open",
    "status": "pending",
    "code_tag": b"x",
    "key_version": 1,
    "attempts_left": 5,
    "sendings": 1,
    "created_at": 1,
    "expires_at": 2**60,
    "resend_at": 1,
}

Damage = Callable[[bytes], bytes]


def _nothing(_: int) -> None:
    """Nobody looks."""


@pytest.fixture
def copy(desk: Desk, tmp_path: Path) -> Path:
    desk.inside(live_in)
    desk.ask(f"backup {tmp_path / 'copy'}")
    return tmp_path / "copy"


@pytest.fixture
def empty(desk: Desk, tmp_path: Path) -> Desk:
    return replace(desk, url=f"sqlite:///{tmp_path}/empty.db")


def test_it_says_what_it_holds_in_words_and_is_for_its_owner_alone(desk: Desk, copy: Path) -> None:
    first, second, *_ = copy.read_bytes().split(b"\n", 2)
    header = json.loads(second)

    assert first == b"WATCHWORD BACKUP 1"
    assert (header["schema"], header["tables"]["organisations"]) == (NEWEST, 1)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_it_holds_no_key_and_nothing_that_is_sealed_can_be_read_in_it(
    desk: Desk, copy: Path
) -> None:
    rows = unpacked(copy)

    for key in desk.keyring.keys:
        assert key.content not in rows
    for known in (b"1701234567", b"1701111111", b"ann@example.org", b"Olga"):
        assert known not in rows


def test_it_is_never_written_over_another_file(desk: Desk, copy: Path) -> None:
    before = copy.read_bytes()

    result = desk.type(f"backup {copy}")

    assert (result.exit_code, copy.read_bytes()) == (1, before)
    assert "Choose another name" in result.stderr


def test_one_that_is_broken_off_leaves_nothing(desk: Desk, tmp_path: Path) -> None:
    def break_off(_: int) -> Callable[[int], None]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(back_up(desk.url, tmp_path / "copy", break_off))

    assert [*tmp_path.glob("copy*")] == []


def test_a_place_that_cannot_be_had_is_named(desk: Desk, tmp_path: Path) -> None:
    result = desk.type(f"backup {tmp_path}/not/there")

    assert result.exit_code == 1
    assert "No such file or directory" in result.stderr


def test_it_leaves_a_mark_for_the_doctor(desk: Desk, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    marked = replace(desk, environment={"WATCHWORD_BACKUP__MARKER": str(marker)})

    said = marked.ask(f"backup {tmp_path / 'copy'}")

    assert json.loads(marker.read_bytes())["sha256"] == said["sha256"]


DAMAGES: dict[str, Damage] = {
    "truncated": lambda all_: all_[:-100],
    "cut in the header": lambda all_: all_[:1000],
    "empty": lambda _: b"",
    "foreign": lambda _: b"PGDMP" + b"x" * 90_000,
    "a bit changed": lambda all_: all_[:-50] + bytes([all_[-50] ^ 1]) + all_[-49:],
    "a count changed": lambda all_: all_.replace(b'"organisations":1', b'"organisations":2', 1),
    "something behind it": lambda all_: all_ + b"more",
    "its header alone changed": lambda all_: all_.replace(b'"engine":"', b'"engine":"x', 1),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_what_is_damaged_is_refused_before_anything_has_happened(
    copy: Path, empty: Desk, name: str, tmp_path: Path
) -> None:
    copy.write_bytes(DAMAGES[name](copy.read_bytes()))

    result = empty.type(f"restore {copy}")

    assert result.exit_code == 1, name
    assert not (tmp_path / "empty.db").exists()


def test_a_restore_that_fails_in_the_middle_leaves_no_row(copy: Path, empty: Desk) -> None:
    """Whoever makes a digest of their own is found out by the rows, and nothing stays of them."""
    forge(copy, unpacked(copy).replace(b"sandbox_seeds", b"sandbox_sheds"))

    result = empty.type(f"restore {copy}")

    assert result.exit_code == 1
    assert asyncio.run(_count(empty.url, "organisations")) == 0


def test_names_that_are_no_names_are_not_made_statements(copy: Path, empty: Desk) -> None:
    forge(copy, unpacked(copy).replace(b"sandbox_seeds", b"a;drop table "))

    result = empty.type(f"restore {copy}")

    assert result.exit_code == 1
    assert "as no backup of ours does" in result.stderr


def test_it_is_restored_into_nothing_but_an_empty_database(desk: Desk, copy: Path) -> None:
    result = desk.type(f"restore {copy}")

    assert result.exit_code == 1
    assert "not empty" in result.stderr


def test_one_of_a_newer_schema_is_refused(copy: Path, empty: Desk) -> None:
    forge(copy, unpacked(copy), schema="9999")

    result = empty.type(f"restore {copy}")

    assert result.exit_code == 1
    assert "Install the version that made the backup" in result.stderr


def test_one_of_an_older_schema_is_restored_and_brought_further(
    empty: Desk, tmp_path: Path
) -> None:
    write(tmp_path / "old", "0002", {"organisations": [OLD], "challenges": [PENDING]})

    said = empty.ask(f"restore {tmp_path / 'old'}")

    assert said["schema"] == "0002"
    [organisation] = empty.ask("organisations list")
    assert organisation["slug"] == "old"
    assert asyncio.run(_count(empty.url, "challenges where status = 'cancelled'")) == 1
    assert asyncio.run(_count(empty.url, "audit_entries where action = 'database.restored'")) == 1


def test_a_database_of_another_schema_is_refused(copy: Path, empty: Desk) -> None:
    asyncio.run(upgrade(empty.url, "0002"))

    result = empty.type(f"restore {copy}")

    assert result.exit_code == 1
    assert "nothing at all" in result.stderr


def test_it_is_one_moment_however_much_happens_meanwhile(
    desk: Desk, empty: Desk, tmp_path: Path
) -> None:
    """Each code comes with a message and an entry; a copy has all three, or none of them."""

    async def copy_under_load(services: Services) -> None:
        client = await _application(services)
        is_over = asyncio.Event()

        async def live(first: int) -> None:
            for number in count(first, 4):
                shown(await services.challenges.open(client, asked(phone(f"+49170{number:07}"))))
                if is_over.is_set():
                    return

        async with asyncio.TaskGroup() as tasks:
            for first in range(4):
                tasks.create_task(live(first))
            for each in range(3):
                await back_up(desk.url, tmp_path / f"copy{each}", lambda _: _nothing)
            is_over.set()

    desk.inside(copy_under_load)

    copies = [CopyReader(tmp_path / f"copy{each}").header.tables for each in range(3)]
    for tables in copies:
        assert tables["challenges"] == tables["messages"] == tables["contact_points"]
        assert tables["audit_entries"] == tables["challenges"] + 2  # founded, and a key made
    empty.ask(f"restore {tmp_path / 'copy2'}")
    assert asyncio.run(_count(empty.url, "challenges")) == copies[2]["challenges"]
    assert copies[0]["challenges"] < copies[2]["challenges"]


@pytest.mark.parametrize("rows", [AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, 3 * AT_ONCE])
def test_no_row_is_lost_or_doubled_where_one_page_ends(
    desk: Desk, empty: Desk, tmp_path: Path, rows: int
) -> None:
    """Ids have large and small letters and digits, which engines do not order alike."""
    ids = [f"{'aBc-Z_9'[number % 7]}{number:06}" for number in range(rows)]
    asyncio.run(_add_seeds(desk.url, ids))

    desk.ask(f"backup {tmp_path / 'copy'}")
    empty.ask(f"restore {tmp_path / 'copy'}")

    copied = rows_of(tmp_path / "copy")["sandbox_seeds"]
    assert sorted(str(row[0]) for row in copied) == sorted(ids)
    assert asyncio.run(_count(empty.url, "sandbox_seeds")) == rows


def test_what_is_kept_comes_back_byte_for_byte(copy: Path, empty: Desk, tmp_path: Path) -> None:
    empty.ask(f"restore {copy}")
    empty.ask(f"backup {tmp_path / 'again'}")

    before, after = rows_of(copy), rows_of(tmp_path / "again")
    note = next(row for row in after["audit_entries"] if "database.restored" in row)
    after["audit_entries"].remove(note)
    # Each engine has an order of its own.
    assert {table: sorted(map(repr, after[table])) for table in KEPT} == {
        table: sorted(map(repr, before[table])) for table in KEPT
    }


async def _add_seeds(url: str, ids: Sequence[str]) -> None:
    add = "insert into sandbox_seeds (organisation_id, seed, drawn) values (:id, :seed, 0)"
    async with open_storage(url) as storage, storage.begin(EVERYWHERE) as transaction:
        await transaction.many(add, [{"id": id, "seed": id.encode()} for id in ids])


async def _application(services: Services) -> Client:
    organisation = await services.organisations.found(
        slug="shop", name="Shop", mode=Mode.TEST, country="DE", locale="de", actor="test"
    )
    assert isinstance(organisation, Organisation)
    key, _ = await services.clients.create(
        organisation, label="test", scopes=frozenset(Scope), actor="test"
    )
    return Client(key=key, organisation=organisation)


async def _count(url: str, what: str) -> int:
    async with open_storage(url) as storage, storage.reading(EVERYWHERE) as transaction:
        [row] = await transaction.all(f"select count(*) as found from {what}")  # noqa: S608
    found: int = row["found"]
    return found
