"""The drill: a house is lived in, copied while it is, and brought back elsewhere.

All of it can be read again, and nothing of it lives that is over: neither what was over before
the backup, nor what was open then, nor what was taken away after it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.cli.desk import Desk
from tests.cli.lived_in import (
    FORGOTTEN,
    ONCE,
    OPTED_OUT,
    READER,
    Lived,
    go_on_living,
    live_in,
)
from tests.conftest import NAMES, SQLITE, Servers
from tests.whole_house import asked, email, phone, shown
from watchword.features.audit.rules import Action
from watchword.features.challenges.rules import Status
from watchword.features.challenges.verdicts import Over
from watchword.features.clients.rules import Client, Scope, Unknown, admit
from watchword.features.delivery.rules import ProviderName, State
from watchword.features.ledger.checkpoints import Note, read_note
from watchword.features.ledger.exports.service import ExportForm
from watchword.features.ledger.rules import Wanted
from watchword.features.ledger.verification import Verdict, Verification
from watchword.features.organisations.settings.two_people import NeedsSecondPerson
from watchword.features.privacy.rules import NothingKnown
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Grant
from watchword.features.staff.sessions.rules import Over as SessionOver
from watchword.features.webhooks.rules import DeliveryState, EndpointState
from watchword.foundation.ids import EVERYWHERE
from watchword.wiring import Services


@dataclass(frozen=True)
class Drill:
    """Two houses with one keyring: the one that is lost, and the one that takes its place."""

    lost: Desk
    found: Desk
    folder: Path

    @property
    def copy(self) -> Path:
        return self.folder / "copy"

    @property
    def list(self) -> Path:
        return self.folder / "list"


@pytest.fixture(params=[SQLITE, NAMES[0]])
def elsewhere(request: pytest.FixtureRequest, servers: Servers, tmp_path: Path) -> Iterator[str]:
    """The URL of a database in which there is nothing at all."""
    if request.param == SQLITE:
        yield f"sqlite:///{tmp_path}/elsewhere/watchword.db"
        return
    server = servers.get(request.param)
    url = server.create_database()
    yield url
    server.drop_database(url)


@pytest.fixture
def drill(desk: Desk, elsewhere: str, tmp_path: Path) -> Drill:
    return Drill(desk, replace(desk, url=elsewhere), tmp_path)


def restored(drill: Drill, *, with_list: bool = True) -> tuple[Lived, Any]:
    """Live, copy, live on, lose the house, and bring the copy back."""
    lived = drill.lost.inside(live_in)
    drill.lost.ask(f"backup {drill.copy}")
    drill.lost.inside(lambda services: go_on_living(services, lived))
    drill.lost.ask(f"revocations {drill.list}")
    more = f"--revocations {drill.list}" if with_list else ""
    return lived, drill.found.ask(f"restore {drill.copy} {more}")


def test_all_is_readable_again_and_nothing_is_revived(drill: Drill) -> None:
    lived, said = restored(drill)

    async def look(services: Services) -> None:
        await _all_is_readable(services, lived)
        await _nothing_is_revived(services, lived)
        await _what_was_taken_away_stays_away(services, lived)
        await _life_goes_on(services, lived)

    drill.found.inside(look)
    assert said["taken_away_again"] == {
        "api_key": 1,
        "webhook_endpoint": 1,
        "person": 1,
        "opt_out": 1,
        "staff_roles": 1,
    }
    assert [each["setting"] for each in said["settings_lost"]] == [
        "settings.changed settings:messages"
    ]
    assert said["voided"]["challenges"] == 4
    assert (said["voided"]["staff_sessions"], said["voided"]["requests"]) == (1, 1)


async def _all_is_readable(services: Services, lived: Lived) -> None:
    client = await services.clients.recognise(lived.secret)
    assert isinstance(client, Client)
    assert client.organisation == lived.organisation
    seen = await services.challenges.read(client, lived.verified)
    assert seen.status is Status.VERIFIED
    assert [each.state for each in seen.sendings] == [State.SENT]
    person = await services.privacy.people.export(client, email(READER), "asked")
    assert READER in repr(person)
    staff = await services.staff.members.all(lived.organisation.id)
    assert [each.name for each in staff] == [lived.member.name, lived.colleague.name]


async def _nothing_is_revived(services: Services, lived: Lived) -> None:
    for id in (lived.open, lived.verified, lived.reread):
        for code in lived.codes:
            answered = await services.challenges.answer(lived.client, id, code)
            assert isinstance(answered, Over)
    unsent = await services.challenges.read(lived.client, lived.unsent)
    assert [each.state for each in unsent.sendings] == [State.CANCELLED]
    for provider in services.providers:
        assert await services.deliveries.claim(ProviderName(provider), 10) == []
    deliveries = await services.webhooks.deliveries(lived.organisation.id)
    assert {each.state for each in deliveries.items} == {DeliveryState.GIVEN_UP}
    assert isinstance(await services.staff.sessions.recognise(lived.cookie, None), SessionOver)


async def _what_was_taken_away_stays_away(services: Services, lived: Lived) -> None:
    revoked = await services.clients.recognise(lived.other_secret)
    assert isinstance(admit(revoked, Scope.CHALLENGES_WRITE, services.storage.now()), Unknown)
    endpoint = await services.webhooks.read(lived.organisation.id, lived.endpoint)
    assert endpoint.state is EndpointState.DISABLED
    colleague = await services.staff.members.get(lived.organisation.id, lived.colleague.id)
    assert colleague.grants == (Grant(Role.CLERK),)
    refused = await services.challenges.open(lived.client, asked(phone(OPTED_OUT)))
    assert refused.word == "opted_out"
    known = await services.privacy.people.export(lived.client, phone(FORGOTTEN), "asked")
    assert isinstance(known, NothingKnown)
    assert await _keys_of_persons(services) == lived.persons - 1


async def _keys_of_persons(services: Services) -> int:
    async with services.storage.reading(EVERYWHERE) as transaction:
        return len(await transaction.all("select * from person_keys"))


async def _life_goes_on(services: Services, lived: Lived) -> None:
    """The same request as before begins anew; a new code is good; the ledger grows and is whole."""
    again = shown(await services.challenges.open(lived.client, asked(email(READER)), ONCE))
    assert again.id != lived.reread
    assert (await _verified(services, lived, Verification())).faults == ()
    wanted = Wanted(action=Action.DATABASE_RESTORED)
    found = await services.ledger.entries.page(lived.organisation.id, wanted, most=10, after=None)
    [entry] = found.page.items
    assert entry.actor == "operator:ann"
    assert (entry.details["challenges"], entry.details["settings_lost"]) == (4, 1)


def test_without_the_list_what_was_taken_away_is_back_and_that_is_said(drill: Drill) -> None:
    drill.lost.inside(live_in)
    drill.lost.ask(f"backup {drill.copy}")

    result = drill.found.type(f"restore {drill.copy}")

    assert result.exit_code == 0
    assert "revoked keys" in result.stderr


def test_a_ledger_that_went_back_is_seen_by_whoever_has_a_later_checkpoint(drill: Drill) -> None:
    async def checkpoint(services: Services) -> Note:
        [organisation] = await services.organisations.all()
        await services.ledger.sealing.seal_all(organisation.id)
        newest = await services.ledger.entries.newest(organisation.id, None)
        assert newest is not None
        note = read_note(newest[0].note)
        assert note is not None
        return note

    lived, _ = restored(drill)
    outside = drill.lost.inside(checkpoint)

    async def look(services: Services) -> None:
        verification = await _verified(services, lived, Verification(outside=[outside]))
        assert verification.faults != ()

    drill.found.inside(look)


async def _verified(services: Services, lived: Lived, verification: Verification) -> Verdict:
    """Take the ledger out, and verify it as an outsider would."""
    pieces = await services.ledger.exports.begin(lived.client, ExportForm.JSONL)
    assert not isinstance(pieces, NeedsSecondPerson)
    async for piece in pieces:
        for line in piece.splitlines(keepends=True):
            verification.read(line)
    return verification.end()
