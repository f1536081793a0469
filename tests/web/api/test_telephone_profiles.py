"""Telephone profiles, as a program reads, takes in and deletes them."""

from typing import Any

from httpx import AsyncClient

PATH = "/v1/telephone/profiles"
CODE: dict[str, Any] = {"question": "code"}
FIRST: dict[str, Any] = {
    "name": "First PIN",
    "kind": "customer_activation",
    "questions": [{"question": "ssn_last4"}, CODE],
}
MEMBERS: dict[str, Any] = {
    "name": "Members",
    "kind": "standard",
    "levels": [[{"question": "member_number"}, {"question": "pin"}]],
    "activation": {"active": False, "profile": "First PIN", "scenarios": ["pin_repeating"]},
}


def document(*profiles: dict[str, Any]) -> dict[str, Any]:
    return {"format": "watchword.profiles/1", "profiles": [*profiles]}


async def test_what_is_taken_in_comes_out_and_can_be_taken_in_again(tester: AsyncClient) -> None:
    taken = await tester.put(PATH, json=document(MEMBERS, FIRST))
    shown = (await tester.get(PATH)).json()

    again = await tester.put(PATH, json=document(*shown["profiles"]))

    assert (taken.status_code, taken.json()) == (200, shown)
    assert [each["name"] for each in shown["profiles"]] == ["First PIN", "Members"]
    assert [each["used_by"] for each in shown["states"]] == [["Members"], []]
    assert again.json()["profiles"] == shown["profiles"]
    assert [each["version"] for each in again.json()["states"]] == [2, 2]


async def test_what_cannot_work_is_named_and_nothing_is_taken_in(tester: AsyncClient) -> None:
    knowing = {**FIRST, "questions": [{"question": "ssn_last4"}]}

    refused = await tester.put(PATH, json=document(MEMBERS, knowing))

    assert refused.status_code == 422
    assert refused.json()["type"].endswith(":profile-cannot-work")
    (fault,) = refused.json()["faults"]
    assert (fault["flaw"], fault["where"]) == ("knowledge_only", "First PIN: risk")
    assert (await tester.get(PATH)).json()["profiles"] == []


async def test_what_nobody_knows_is_refused(tester: AsyncClient) -> None:
    for spoilt in ({**FIRST, "kind": "other"}, {**FIRST, "more": 1}, {"name": "x"}):
        assert (await tester.put(PATH, json=document(spoilt))).status_code == 400


async def test_a_profile_is_deleted_when_nobody_needs_it(tester: AsyncClient) -> None:
    states = (await tester.put(PATH, json=document(MEMBERS, FIRST))).json()["states"]
    first, members = (f"{PATH}/{each['id']}" for each in states)

    needed = await tester.delete(first, params={"version": 1})
    stale = await tester.delete(members, params={"version": 2})
    gone = [await tester.delete(each, params={"version": 1}) for each in (members, first)]

    assert (needed.status_code, needed.json()["used_by"]) == (409, ["Members"])
    assert (stale.status_code, stale.json()["version"]) == (409, 1)
    assert [each.status_code for each in gone] == [204, 204]
    assert (await tester.delete(first, params={"version": 1})).status_code == 404
