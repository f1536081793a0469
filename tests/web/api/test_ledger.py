"""The ledger over HTTP: entries, receipts, what was signed, and the public keys."""

from datetime import timedelta

import msgspec
import pytest
from httpx import AsyncClient
from litestar import Litestar

from tests.features.privacy.test_two_people import WANTED
from tests.stores import MovableTime
from tests.web.conftest import calling, new_key
from watchword.features.clients.rules import Scope
from watchword.features.ledger.checkpoints import from_base64, read_note
from watchword.features.ledger.proofs import is_consistent
from watchword.features.ledger.receipts import Proven, check_receipt
from watchword.features.ledger.rules import Wanted
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.organisations.settings.sections import SectionName
from watchword.wiring import Services

LIST, NEWEST, KEYS = (
    "/v1/ledger-entries",
    "/v1/ledger-checkpoint",
    "/.well-known/watchword-ledger-keys",
)
SECOND = timedelta(seconds=1)


async def seal(services: Services, slug: str = "shop") -> Organisation:
    organisation = await services.organisations.find(slug)
    await services.ledger.sealing.seal_all(organisation.id)
    return organisation


async def test_entries_are_listed_the_newest_first_and_page_by_page(
    caller: AsyncClient, services: Services, time: MovableTime
) -> None:
    shop = await services.organisations.find("shop")
    for number in range(3):
        time.pass_by(SECOND)
        await services.limits.lifts.lift(shop.id, f"contact-{number}", "operator:ann")

    first = (await caller.get(LIST, params={"action": "limits.lifted", "limit": 2})).json()
    rest = (await caller.get(LIST, params={"cursor": first["cursor"], "limit": 1})).json()

    assert [each["target"] for each in first["entries"]] == ["contact-2", "contact-1"]
    assert [each["target"] for each in rest["entries"]] == ["contact-0"]
    assert first["entries"][0] == {
        **first["entries"][0],
        "action": "limits.lifted",
        "actor": "operator:ann",
        "details": {"budgets": 0},
        "position": None,
        "state": "waiting",
    }


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"target": "contact-1"}, 1),
        ({"actor": "operator:bob"}, 0),
        ({"actor": "operator:ann", "since": "2030-01-01T12:00:02Z"}, 2),
        ({"actor": "operator:ann", "until": "2030-01-01T12:00:02"}, 1),
    ],
)
async def test_entries_are_narrowed_down(
    caller: AsyncClient,
    services: Services,
    time: MovableTime,
    asked: dict[str, str],
    found: int,
) -> None:
    shop = await services.organisations.find("shop")
    for number in range(3):
        time.pass_by(SECOND)
        await services.limits.lifts.lift(shop.id, f"contact-{number}", "operator:ann")

    assert len((await caller.get(LIST, params=asked)).json()["entries"]) == found


async def test_no_key_takes_it_out_where_two_people_have_to_agree(
    caller: AsyncClient, services: Services
) -> None:
    shop = await seal(services)
    page = (await services.ledger.entries.page(shop.id, Wanted(), most=1, after=None)).page
    entry = page.items[0].id
    async with services.storage.begin(shop.id) as transaction:
        content = '{"ledger_export": true}'
        section = SectionName.APPROVALS
        await transaction.run(
            WANTED, organisation_id=str(shop.id), section=section, content=content
        )

    refused = await caller.get(LIST)

    assert refused.status_code == 403
    assert refused.json()["type"] == "urn:watchword:problem:needs-second-person"
    assert (await caller.get(f"{LIST}/{entry}")).status_code == 200
    assert (await caller.get(f"{LIST}/{entry}/receipt")).status_code == 200


@pytest.mark.parametrize(
    "asked", [{"since": "yesterday"}, {"limit": "0"}, {"cursor": "x"}, {"action": "x" * 201}]
)
async def test_what_cannot_be_asked_is_refused(caller: AsyncClient, asked: dict[str, str]) -> None:
    assert (await caller.get(LIST, params=asked)).status_code == 400


async def test_an_entry_is_proven_once_it_is_sealed(
    caller: AsyncClient, services: Services
) -> None:
    entry = (await caller.get(LIST)).json()["entries"][0]
    too_early = await caller.get(f"{LIST}/{entry['id']}/receipt")
    await seal(services)

    read = (await caller.get(f"{LIST}/{entry['id']}")).json()
    receipt = await caller.get(f"{LIST}/{entry['id']}/receipt")
    keys = (await caller.get(KEYS)).json()["keys"]

    assert (too_early.status_code, too_early.json()["type"].rpartition(":")[2]) == (
        409,
        "entry-not-sealed",
    )
    assert too_early.headers["retry-after"] == "60"
    assert read["state"] == "sealed"
    public = from_base64(keys[0]["public"])
    assert public is not None
    found = check_receipt(receipt.content, {public})
    assert isinstance(found, Proven)
    assert (found.is_known, found.entry.id) == (True, entry["id"])


async def test_of_somebody_else_nothing_is_found(
    caller: AsyncClient, tester: AsyncClient, services: Services
) -> None:
    entry = (await caller.get(LIST)).json()["entries"][0]
    await seal(services)

    for path in (f"{LIST}/{entry['id']}", f"{LIST}/{entry['id']}/receipt"):
        assert (await tester.get(path)).status_code == 404
    assert entry["id"] not in (await tester.get(LIST)).text


async def test_the_newest_checkpoint_goes_on_from_the_one_that_somebody_keeps(
    caller: AsyncClient, services: Services
) -> None:
    nothing = await caller.get(NEWEST)
    shop = await seal(services)
    before = (await caller.get(NEWEST)).json()
    for number in range(5):
        await services.limits.lifts.lift(shop.id, f"contact-{number}", "operator:ann")
    await seal(services)

    after = (await caller.get(NEWEST, params={"since": before["size"]})).json()

    assert nothing.status_code == 404
    old, new = read_note(before["checkpoint"]), read_note(after["checkpoint"])
    assert old is not None
    assert new is not None
    proof = [from_base64(each) or b"" for each in after["consistency"]]
    sizes = (old.checkpoint.size, new.checkpoint.size)
    assert is_consistent(*sizes, proof, old.checkpoint.root, new.checkpoint.root)


async def test_a_key_without_the_scope_reads_nothing(app: Litestar, services: Services) -> None:
    key = await new_key(services, "bank", Mode.LIVE, frozenset({Scope.CHALLENGES_READ}))
    async with calling(app, key) as caller:
        for path in (LIST, NEWEST):
            assert (await caller.get(path)).status_code == 403


async def test_public_keys_are_shown_to_everybody(caller: AsyncClient, services: Services) -> None:
    before = (await caller.get(KEYS, headers={"Authorization": ""})).json()
    await seal(services)
    after = (await caller.get(KEYS, headers={"Authorization": ""})).json()

    assert len(before["keys"]) == 1
    assert msgspec.json.encode(before["keys"][0]["public"]) in msgspec.json.encode(after)
