"""A core in a table: it keeps the contract on both engines, and however PINs are kept."""

import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from msgspec import structs
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    DateTime,
    Integer,
    MetaData,
    Table,
    Text,
    create_engine,
    func,
    select,
    update,
)
from sqlalchemy.engine import make_url

from tests.contracts.core_stages import found
from tests.contracts.cores import HASTY, CoreContract, Known, Stage, Trouble
from tests.postgresql import TestServer
from tests.providers.channels.messages import now
from tests.stand_ins.go_between import GoBetween, Manner, going_between
from watchword.features.cores.ports import BankingCore
from watchword.features.cores.rules import (
    CoreName,
    FindBy,
    MemberRef,
    PinRefused,
    PinState,
    Unavailable,
)
from watchword.foundation.secret import Secret
from watchword.providers.cores.schemes import Scheme, fits, written
from watchword.providers.cores.sql.core import SqlCore
from watchword.providers.cores.sql.rooms import (
    Course,
    Found,
    Work,
    in_time,
    open_room,
)
from watchword.providers.cores.sql.settings import PersonColumn, PinColumn, SqlSettings

FILES = frozenset({Trouble.SLOW})
"""Nothing comes between us and a file but somebody who has it locked."""
OLD = datetime(2020, 5, 17, 9, 30, tzinfo=UTC)
PEOPLE = [
    {"id": 1, "acct": 20154, "kind": "P", "first": "Sam", "last": "Ade", "tax": "666-58-5775"},
    {"id": 2, "acct": 20297, "kind": "P", "first": "Viv", "last": "Chen", "tax": "666-79-7614"},
    {"id": 3, "acct": 20575, "kind": "P", "first": "Pete", "last": "Lind", "tax": "666-37-3936"},
    {"id": 4, "acct": 20575, "kind": "J", "first": "Sofia", "last": "Lind", "tax": None},
]
PHONES = {1: "(202) 555-0154", 2: "+12025550199", 3: "202-555-0199", 4: "2025550145"}
COLUMNS: Mapping[PersonColumn, str | tuple[str, ...]] = {
    PersonColumn.ACCOUNT: "acct",
    PersonColumn.PERSON: "id",
    PersonColumn.ROLE: "kind",
    PersonColumn.GIVEN_NAME: "first",
    PersonColumn.FAMILY_NAME: "last",
    PersonColumn.SSN: "tax",
    PersonColumn.PHONES: ("phone", "work_phone"),
    PersonColumn.BIRTH_DATE: "born",
}
VERSIONED: Mapping[PinColumn, str] = {
    PinColumn.ACCOUNT: "acct",
    PinColumn.PIN: "pin",
    PinColumn.VERSION: "turn",
    PinColumn.CHANGED_AT: "changed",
    PinColumn.ESTABLISHED: "chosen",
    PinColumn.WANTS_ACTIVATION: "fresh",
    PinColumn.LOCKED: "locked",
    PinColumn.FAILURES: "missed",
}
BARE: dict[PinColumn, str] = {PinColumn.ACCOUNT: "acct", PinColumn.PIN: "pin"}
MANNERS = {
    Trouble.DOWN: Manner.ABSENT,
    Trouble.SLOW: Manner.DEAF,
    Trouble.ANSWER_LOST: Manner.LOSES_ANSWERS,
    Trouble.LOST_ON_THE_WAY: Manner.LOSES_COMMITS,
}

COUNTING = {
    "sqlite": [
        """create trigger wrote after update of pin on pins begin
        update pins set digits = digits + 1 where acct = new.acct; end"""
    ],
    "postgresql": [
        """create or replace function count_it() returns trigger language plpgsql as
        $$ begin new.digits = old.digits + 1; return new; end $$""",
        """create trigger wrote before update of pin on pins
        for each row execute function count_it()""",
    ],
}
"""How often a PIN was written, as the database itself counts."""

metadata = MetaData()
people = Table(
    "people",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("acct", Integer),
    *(Column(name, Text) for name in ("kind", "first", "last", "tax", "phone", "work_phone")),
    Column("born", Text),
)
pins = Table(
    "pins",
    metadata,
    Column("acct", Integer, primary_key=True),
    Column("pin", Text),
    Column("turn", Integer),
    Column("changed", DateTime(timezone=True)),
    Column("chosen", Boolean),
    Column("fresh", Text),
    Column("locked", Integer),
    Column("missed", Integer),
    Column("digits", Integer, server_default="0"),
)


def furnish(connection: Connection, scheme: Scheme) -> None:
    metadata.drop_all(connection)
    metadata.create_all(connection)
    rows = [
        {**row, "phone": PHONES[row["id"]], "born": "04/02/1984"}  # type: ignore[index]
        for row in PEOPLE
    ]
    connection.execute(people.insert(), rows)
    given = {20154: written(scheme, "7306"), 20297: None, 20575: written(scheme, "2086")}
    for account, pin in given.items():
        state: dict[str, object] = {
            "turn": 1,
            "changed": OLD if pin else None,
            "missed": 0,
            "locked": 0,
        }
        state |= {"chosen": None, "fresh": "N" if pin else "Y"}
        connection.execute(pins.insert().values(acct=account, pin=pin, **state))
    for statement in COUNTING[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def settings(address: str, **others: object) -> SqlSettings:
    given: dict[str, Any] = {
        "url": Secret(address),
        "table": "people",
        "columns": COLUMNS,
        "primary": ("P",),
        "pin_table": "pins",
        "pin_columns": VERSIONED,
        "lock_after": 3,
        "reserved_pins": ("0000", "9999"),
        "pin_lengths": (4, 8),
    }
    return SqlSettings(**(given | others))


def sql_core(chosen: SqlSettings) -> SqlCore:
    return SqlCore(chosen, CoreName("bank"), now)


class SqlStage(Stage):
    sole = Known(
        {
            FindBy.ACCOUNT_NUMBER: "20154",
            FindBy.TAX_ID: "666585775",
            FindBy.PHONE: "+12025550154",
        },
        "7306",
    )
    beginner = Known({FindBy.ACCOUNT_NUMBER: "20297"}, None)
    couple = Known({FindBy.ACCOUNT_NUMBER: "20575"}, "2086")
    household = "+12025550199"

    def __init__(self, direct: str, url: str, between: GoBetween | None, **others: object) -> None:
        self._backstage = open_room(settings(direct))
        self._settings = settings(url, **others)
        self._between = between
        self._changes = 0
        self.core: BankingCore = sql_core(self._settings)
        self._lock: sqlite3.Connection | None = None
        self._direct = direct

    async def begin(self) -> None:
        if self._direct.startswith("sqlite:///"):
            touched = sqlite3.connect(self._direct.removeprefix("sqlite:///"))
            touched.execute("vacuum")
            touched.close()
        await self._do(lambda connection: furnish(connection, self._settings.scheme))

    async def end(self) -> None:
        await self.core.close()
        await self.heal()
        await self._backstage.close()

    async def has(self, ref: MemberRef, pin: str) -> bool:
        account = int(ref.account.reveal())
        asked = select(pins.c.pin).where(pins.c.acct == account)
        if self._lock is not None:
            by_hand = self._lock.execute("select pin from pins where acct = ?", [account])
            (kept,) = by_hand.fetchone()
        else:
            kept = await self._do(lambda connection: connection.execute(asked).scalar())
        return kept is not None and fits(self._settings.scheme, kept, pin)

    async def change(self, ref: MemberRef, pin: str) -> None:
        account = int(ref.account.reveal())
        values = {"pin": written(self._settings.scheme, pin), "turn": pins.c.turn + 1}
        changed = update(pins).where(pins.c.acct == account).values(values)
        await self._do(lambda connection: connection.execute(changed))
        self._changes += 1

    async def writes(self) -> int:
        counted = await self._do(
            lambda connection: connection.execute(select(func.sum(pins.c.digits))).scalar()
        )
        return (counted or 0) - self._changes

    async def cause(self, trouble: Trouble) -> None:
        if self._between is not None:
            self._between.behave(MANNERS[trouble])
            return
        # By hand, for SQLAlchemy would quote what it finds in a log that is listened to.
        self._lock = sqlite3.connect(self._direct.removeprefix("sqlite:///"))
        self._lock.execute("begin exclusive")

    async def heal(self) -> None:
        if self._between is not None:
            self._between.behave(Manner.HONEST)
        if self._lock is not None:
            self._lock.rollback()
            self._lock.close()
            self._lock = None

    async def hasty(self) -> BankingCore:
        return sql_core(structs.replace(self._settings, timeout_seconds=HASTY))

    async def _do(self, work: Work[Found]) -> Found:
        return await in_time(self._backstage, work, Course(), 10)


class TestATable(CoreContract):
    """PINs of their own table, shared by the holders of an account, with a version each."""

    troubles: ClassVar = FILES

    @pytest.fixture
    async def stage(self, file: str) -> AsyncIterator[Stage]:
        async with furnished(SqlStage(file, file, None)) as stage:
            yield stage


class TestATableOfAServer(CoreContract):
    """The same, with somebody on the way to it who loses what goes by."""

    troubles: ClassVar = frozenset(MANNERS)

    @pytest.fixture
    async def stage(self, postgresql_server: TestServer) -> AsyncIterator[Stage]:
        database = kept_database(postgresql_server)
        folder = make_url(database).query.get("host")
        if not isinstance(folder, str):
            pytest.skip("this server is reached by a network of its own")
        async with going_between(f"{folder}/.s.PGSQL.5432") as between:
            told = make_url(database).difference_update_query(["host"])
            url = told.set(host="127.0.0.1", port=between.port)
            given = url.render_as_string(hide_password=False)
            async with furnished(SqlStage(database, given, between)) as stage:
                yield stage


KEPT: dict[str, str] = {}
"""A database of each server, for all tests of this file. It ends with its server."""


def kept_database(server: TestServer) -> str:
    if server.admin_url not in KEPT:
        KEPT[server.admin_url] = server.create_database()
    return KEPT[server.admin_url]


@asynccontextmanager
async def furnished(stage: "SqlStage") -> AsyncIterator["SqlStage"]:
    await stage.begin()
    yield stage
    await stage.end()


@pytest.fixture
def file(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'core.db'}"


class TestATableOfDigests(CoreContract):
    troubles: ClassVar = FILES

    @pytest.fixture
    async def stage(self, file: str) -> AsyncIterator[Stage]:
        digests = {"scheme": Scheme.ARGON2ID, "pin_columns": BARE, "lock_after": None}
        stage = SqlStage(file, file, None, **digests)
        async with furnished(stage):
            yield stage


class TestATableWithNothingButPins(CoreContract):
    troubles: ClassVar = FILES

    @pytest.fixture
    async def stage(self, file: str) -> AsyncIterator[Stage]:
        stage = SqlStage(file, file, None, pin_columns=BARE, lock_after=None)
        async with furnished(stage):
            yield stage


async def test_moments_and_flags_are_read_as_the_database_has_them(file: str) -> None:
    stage = SqlStage(file, file, None)
    await stage.begin()
    ref = MemberRef(Secret("20154"), Secret("1"))

    state = await stage.core.pin_state(ref)
    (member,) = await found(stage, stage.sole)
    await stage.end()

    assert isinstance(state, PinState)
    assert (state.changed_at, state.wants_activation, state.is_established) == (OLD, False, None)
    assert member.facts.birth_date == date(1984, 4, 2)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"table": "persons"}, "there is no table persons"),
        ({"pin_columns": BARE | {PinColumn.VERSION: "nowhere"}}, "has no column nowhere"),
        ({"pin_columns": BARE | {PinColumn.PIN: "digits"}}, "would lose a zero in front"),
        ({"pin_columns": BARE | {PinColumn.VERSION: "fresh"}}, "neither numbers nor moments"),
    ],
)
async def test_a_table_that_is_not_as_was_said_is_told_of(
    file: str, wrong: dict[str, Any], says: str
) -> None:
    stage = SqlStage(file, file, None)
    await stage.begin()
    core = sql_core(settings(file, **({"lock_after": None} | wrong)))

    answer = await core.find(FindBy.ACCOUNT_NUMBER, Secret("20154"))
    await core.close()
    await stage.end()

    assert answer == Unavailable()
    assert says in str(core.ailment)


async def test_what_the_database_holds_against_a_pin_is_a_refusal(file: str) -> None:
    stage = SqlStage(file, file, None)
    await stage.begin()
    engine = create_engine(file)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "create trigger no before update of pin on pins when new.pin = '1234' begin"
            " select raise(abort, 'PIN 1234 is too easy'); end"
        )
    engine.dispose()
    ref = MemberRef(Secret("20154"), Secret("1"))
    state = await stage.core.pin_state(ref)
    assert isinstance(state, PinState)

    ended = await stage.core.set_pin(ref, Secret("1234"), state)
    await stage.end()

    assert ended == PinRefused("not taken by the database")
