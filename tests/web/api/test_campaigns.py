"""Audiences, tags and campaigns as a program says them."""

from datetime import UTC, datetime, timedelta

import pytest
from httpx import AsyncClient

from tests.stores import MovableTime
from tests.web.api.test_tills import post, said

AUDIENCES, CAMPAIGNS = "/v1/audiences", "/v1/campaigns"
ANN = {"family_name": "Müller", "contacts": [{"phone": "+491701234567"}]}
NEWS = {"text": "Offers, about two a week. STOP ends them.", "locale": "en"}


@pytest.fixture
async def customer(tester: AsyncClient) -> str:
    made = await tester.post("/v1/customers", json={"family_name": "Müller"})
    return str(made.json()["id"])


async def test_tags_are_said_as_a_whole_and_in_small_letters(
    tester: AsyncClient, customer: str
) -> None:
    path = f"/v1/customers/{customer}/tags"
    await tester.put(path, json={"tags": ["Late", "gone"]})
    reply = await tester.put(path, json={"tags": ["Regular Guest", "late"]})

    assert reply.json() == {"tags": ["late", "regular guest"]}
    assert (await tester.get(path)).json() == reply.json()
    assert (await tester.get("/v1/tags")).json() == reply.json()
    refused = await tester.put(path, json={"tags": ["<b>"]})
    assert (refused.status_code, refused.json()["field"]) == (400, "tags")


async def test_an_audience_is_saved_counted_changed_and_removed(
    tester: AsyncClient, customer: str
) -> None:
    await tester.put(f"/v1/customers/{customer}/tags", json={"tags": ["regular"]})
    filter = {"tags_any": ["Regular"]}
    made = await said(await post(tester, AUDIENCES, {"name": "Regulars", "filter": filter}))
    counted = await tester.post("/v1/audience-counts", json={"audience_id": made["id"]})
    other = await tester.post("/v1/audience-counts", json={"filter": {"never_bought": True}})
    taken = await post(tester, AUDIENCES, {"name": "Regulars"})
    here = f"{AUDIENCES}/{made['id']}"
    changed = await tester.put(here, json={"name": "Guests", "filter": {}, "version": 1})
    stale = await tester.put(here, json={"name": "Guests", "filter": {}, "version": 1})

    assert made["filter"]["tags_any"] == ["regular"]
    assert counted.json() == {
        "customers": 1,
        "reached": {"text": 0, "email": 0, "whatsapp": 0},
        "whole": True,
    }
    assert other.json()["customers"] == 1
    assert (taken.status_code, taken.json()["type"].rpartition(":")[2]) == (409, "name-taken")
    assert (changed.json()["name"], changed.json()["version"]) == ("Guests", 2)
    assert (stale.status_code, stale.json()["version"]) == (409, 2)
    assert (await tester.delete(here)).status_code == 204
    assert (await tester.get(here)).status_code == 404


@pytest.mark.parametrize(
    ("filter", "field"),
    [
        ({"points_from": 5, "points_to": 4}, "points_to"),
        ({"bought_since": "2999-01-01"}, "bought_since"),
        ({"bought_at": ["00000000-0000-4000-8000-000000000000"]}, "bought_at"),
        ({"languages": ["tlh"]}, "languages"),
    ],
)
async def test_a_filter_that_cannot_be_is_refused_with_its_field(
    tester: AsyncClient, filter: dict[str, object], field: str
) -> None:
    reply = await tester.post("/v1/audience-counts", json={"filter": filter})

    assert (reply.status_code, reply.json()["field"]) == (400, field)


async def test_a_campaign_lacks_things_and_is_held_by_two(
    tester: AsyncClient, time: MovableTime
) -> None:
    now = time().astimezone(UTC)
    made = await said(await post(tester, CAMPAIGNS, {"name": "Roses"}))
    here = f"{CAMPAIGNS}/{made['id']}"
    estimate = (await tester.get(f"{here}/estimate")).json()
    early = await tester.post(f"{here}/schedules", json={"version": 1})
    draft = {
        "name": "Roses",
        "category": "finance",
        "purpose": "News",
        "purposes": {"de": "Neues"},
        "sender": "Sonnenhof",
        "texts": {"en": {"text": "Hello {name}"}},
        "starts_at": _said(now + timedelta(days=1)),
        "ends_at": _said(now + timedelta(days=2)),
        "links_live_until": _said(now + timedelta(days=9)),
        "version": 1,
    }
    changed = await tester.put(here, json=draft)
    looked = (await tester.get(f"{here}/estimate")).json()
    tried = await tester.post(
        f"{here}/trials", json={"to": {"email": "a@example.org"}, "locale": "en"}
    )
    held = await tester.post(f"{here}/pauses")
    over = await tester.post(f"{here}/cancellations")

    assert (made["starts_at"], "dates" in estimate["lacks"]) == (None, True)
    assert {"category", "purpose", "audience", "texts", "dates"} <= {*estimate["lacks"]}
    assert (early.status_code, "category" in early.json()["lacks"]) == (409, True)
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert changed.json()["purposes"] == {"de": "Neues"}
    assert (looked["lacks"], looked["second_person"]) == (["age", "audience"], "category")
    assert looked["texts"]["en"]["segments"] == 1
    assert tried.json()["type"].endswith("channel-not-available")
    assert (held.status_code, held.json()["state"]) == (409, "draft")
    assert over.json()["state"] == "cancelled"
    assert (await tester.get(f"{here}/results")).json()["counts"]["recipients"] == 0


def _said(moment: datetime) -> str:
    return moment.isoformat()


@pytest.mark.parametrize("path", [AUDIENCES, CAMPAIGNS, "/v1/pages"])
async def test_what_is_said_twice_is_made_once_and_answered_alike(
    tester: AsyncClient, path: str
) -> None:
    first, again = [await post(tester, path, {"name": "Roses"}, key="spring") for _ in range(2)]

    assert first.status_code == again.status_code == 201, again.text
    assert first.json() == again.json()
