"""A program brings a list as a table, and learns what the console would show."""

import pytest
from httpx import AsyncClient, Response

from watchword.features.audiences.lists.rules import BYTES_AT_MOST

LISTS = "/v1/audience-lists"
CSV = {"Content-Type": "text/csv; charset=utf-8"}


async def come(tester: AsyncClient, at: int) -> str:
    contact = {"email": f"ann{at}@example.org"}
    made = await tester.post(
        "/v1/customers", json={"family_name": f"Lee{at}", "contacts": [contact]}
    )
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def bring(tester: AsyncClient, content: str | bytes, name: str = "Guests") -> Response:
    return await tester.post(LISTS, params={"name": name}, content=content, headers=CSV)


async def test_a_list_is_brought_and_says_what_became_of_its_rows(tester: AsyncClient) -> None:
    ids = [await come(tester, at) for at in range(5)]

    made = await bring(tester, "\n".join(["customer_id", *ids, "not an id"]))
    again = await bring(tester, "customer_id\n")
    counted = await tester.post("/v1/audience-counts", json={"audience_id": made.json()["id"]})

    assert made.status_code == 201, made.text
    rows = {"read": 6, "found": 5, "missing": 0, "twice": 0, "refused": 1}
    assert (made.json()["filter"], made.json()["rows"]) == (None, rows)
    assert (again.status_code, again.json()["type"].rpartition(":")[2]) == (409, "name-taken")
    assert counted.json()["customers"] == 5


async def test_few_look_alike_whether_they_are_there_or_not(tester: AsyncClient) -> None:
    await come(tester, 1)

    one = await bring(tester, "email\nann1@example.org", "One")
    nobody = await bring(tester, "email\nnobody@example.org", "Nobody")

    rows = {"read": 1, "found": None, "missing": None, "twice": None, "refused": 0}
    assert one.json()["rows"] == nobody.json()["rows"] == rows
    for made in (one, nobody):
        said = await tester.post("/v1/audience-counts", json={"audience_id": made.json()["id"]})
        assert said.json()["customers"] is None
        assert {*said.json()["reached"].values()} == {None}


@pytest.mark.parametrize(
    ("content", "status", "problem"),
    [
        (b"Vorname;Nachname\nAnna;Adler\n", 400, "malformed-request"),
        (b"PK\x03\x04", 400, "malformed-request"),
        (b"email\n" + b"a@example.org\n" * (BYTES_AT_MOST // 14 + 1), 413, "too-large"),
    ],
)
async def test_what_is_no_list_is_refused_and_says_why(
    tester: AsyncClient, content: bytes, status: int, problem: str
) -> None:
    refused = await bring(tester, content)

    assert refused.status_code == status, refused.text
    assert refused.json()["type"].rpartition(":")[2] == problem


async def test_a_list_is_a_table_and_has_a_name(tester: AsyncClient) -> None:
    as_json = await tester.post(LISTS, params={"name": "Guests"}, json={"email": "a@example.org"})
    nameless = await tester.post(LISTS, content="email\n", headers=CSV)

    assert (as_json.status_code, nameless.status_code) == (415, 400)
