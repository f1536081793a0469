"""Passes of campaigns as a program gives and revokes them."""

import pytest
from httpx import AsyncClient
from litestar import Litestar

from tests.features.pages.drawn import picture
from tests.web.api.test_tills import post, said
from tests.web.conftest import calling, new_key
from watchword.features.clients.rules import Scope
from watchword.features.organisations.rules import Mode
from watchword.foundation.ids import EVERYWHERE
from watchword.wiring import Services

CAMPAIGNS, PAGES = "/v1/campaigns", "/v1/pages"
WORDS = {"en": [{"kind": "heading", "text": "Roses"}, {"kind": "legal", "text": "Sonnenhof"}]}


@pytest.fixture
async def page(tester: AsyncClient) -> str:
    made = await said(await post(tester, PAGES, {"name": "Roses", "variants": WORDS}))
    await tester.post(f"{PAGES}/{made['id']}/publications", json={"version": 1})
    return str(made["id"])


@pytest.fixture
async def campaign(tester: AsyncClient, page: str) -> str:
    made = await said(await post(tester, CAMPAIGNS, {"name": "Roses", "page_id": page}))
    assert made["because"] is None
    return str(made["id"])


async def noted(services: Services) -> list[tuple[str, str]]:
    """Give what the ledger says of passes: what was done, and by which kind of caller."""
    async with services.storage.reading(EVERYWHERE) as transaction:
        rows = await transaction.all(
            "select * from audit_entries where action like 'gate_pass.%' order by at, id"
        )
    return [(row["action"], row["actor"].partition(":")[0]) for row in rows]


async def test_a_program_gives_a_pass_lists_it_and_revokes_it(
    tester: AsyncClient, campaign: str, services: Services
) -> None:
    here = f"{CAMPAIGNS}/{campaign}/passes"
    made = await said(await post(tester, here, {"name": "Carrier audit", "hours": 24}))
    preview = await said(await post(tester, here, {"kind": "preview"}))
    one = made["gate_pass"]

    assert len(made["code"]) == 8
    assert len(preview["code"]) == 6
    assert (one["kind"], one["name"], one["uses"]) == ("review", "Carrier audit", 0)
    listed = await tester.get(here)
    assert {each["id"] for each in listed.json()["passes"]} == {
        one["id"],
        preview["gate_pass"]["id"],
    }
    assert made["code"] not in listed.text
    opened = await tester.get(one["address"])
    assert opened.status_code == 200

    revoked = await tester.post(f"{here}/{one['id']}/revocations")
    again = await tester.post(f"{here}/{one['id']}/revocations")

    assert revoked.json()["revoked_at"] is not None
    assert again.json() == revoked.json()
    assert (await tester.get(one["address"])).status_code == 404
    assert sorted(await noted(services)) == [
        ("gate_pass.given", "api_key"),
        ("gate_pass.given", "api_key"),
        ("gate_pass.revoked", "api_key"),
    ]


@pytest.mark.parametrize("door", ["passes", "trials"])
async def test_a_key_that_reads_no_pages_gets_to_see_none_by_way_of_a_campaign(
    app: Litestar, services: Services, door: str
) -> None:
    asked = {"to": {"email": "a@example.org"}, "locale": "en"} if door == "trials" else {}
    key = await new_key(services, "writer", Mode.LIVE, frozenset(Scope) - {Scope.PAGES_READ})
    async with calling(app, key) as writer:
        made = await said(await post(writer, CAMPAIGNS, {"name": "Roses"}))
        reply = await writer.post(f"{CAMPAIGNS}/{made['id']}/{door}", json=asked)

    assert reply.status_code == 403
    assert reply.json()["type"] == "urn:watchword:problem:missing-scope"
    assert "pages:read" in reply.json()["detail"]


async def test_a_pass_that_cannot_be_is_refused_with_what_is_wrong(
    tester: AsyncClient, campaign: str
) -> None:
    here = f"{CAMPAIGNS}/{campaign}/passes"
    empty = await said(await post(tester, CAMPAIGNS, {"name": "Without a page"}))

    nameless = await tester.post(here, json={})
    too_long = await tester.post(here, json={"name": "Ann", "hours": 25})
    nowhere = await tester.post(f"{CAMPAIGNS}/{empty['id']}/passes", json={"name": "Ann"})

    assert (nameless.status_code, nameless.json()["problems"][0]["field"]) == (400, "name")
    assert (too_long.status_code, too_long.json()["problems"][0]["field"]) == (400, "hours")
    assert (nowhere.status_code, nowhere.json()["lacks"]) == (409, ["page"])


async def test_a_pass_is_revoked_where_it_was_given_and_nowhere_else(
    tester: AsyncClient, campaign: str, page: str
) -> None:
    other = await said(await post(tester, CAMPAIGNS, {"name": "Other", "page_id": page}))
    made = await said(await post(tester, f"{CAMPAIGNS}/{campaign}/passes", {"name": "Ann"}))
    id = made["gate_pass"]["id"]

    reply = await tester.post(f"{CAMPAIGNS}/{other['id']}/passes/{id}/revocations")

    assert reply.status_code == 404
    assert (await tester.get(made["gate_pass"]["address"])).status_code == 200


async def test_a_picture_is_brought_named_by_a_block_and_taken_out(
    tester: AsyncClient, page: str
) -> None:
    here = f"{PAGES}/{page}/pictures"
    made = await said(
        await tester.post(
            here, content=picture("JPEG", (800, 600)), headers={"Content-Type": "image/jpeg"}
        )
    )
    widths = [each["width"] for each in made["sizes"]]
    assert widths == sorted(widths)
    assert (await tester.get(here)).json() == {"pictures": [made]}
    block = {"kind": "picture", "picture_id": made["id"], "alt": "Roses"}
    changed = await tester.put(
        f"{PAGES}/{page}", json={"name": "Roses", "variants": {"en": [block]}, "version": 1}
    )
    assert changed.status_code == 200, changed.text
    used = await tester.delete(f"{here}/{made['id']}")
    await tester.put(f"{PAGES}/{page}", json={"name": "Roses", "variants": WORDS, "version": 2})

    gone = await tester.delete(f"{here}/{made['id']}")

    assert (used.status_code, used.json()["type"].rpartition(":")[2]) == (409, "picture-in-use")
    assert gone.status_code == 204
    assert (await tester.get(here)).json() == {"pictures": []}
    assert (await tester.delete(f"{here}/{made['id']}")).status_code == 404


@pytest.mark.parametrize(
    ("content", "because"),
    [
        (b"", "not_a_picture"),
        (b"<svg/>", "not_a_picture"),
        (picture("JPEG") + b"PK", "tail"),
    ],
)
async def test_a_file_that_is_no_picture_is_refused_with_a_word(
    tester: AsyncClient, page: str, content: bytes, because: str
) -> None:
    reply = await tester.post(f"{PAGES}/{page}/pictures", content=content)

    assert (reply.status_code, reply.json()["because"]) == (422, because)
    assert reply.json()["type"].endswith("picture-not-taken")
