"""The API guide tells everything, and what it tells is true."""

import json
import shlex
from collections.abc import Mapping, Sequence
from typing import Any, get_args
from uuid import uuid4

import pytest
from httpx import Response
from litestar.routes import HTTPRoute

from tests.web.html.reading import Reading, read
from tests.web.html.stage import Stage
from watchword.features.clients.rules import Scope
from watchword.features.sandbox.scenarios import Part, number_of
from watchword.features.webhooks.events import EventKind
from watchword.web.api.challenges import Judgement
from watchword.web.authentication import BESIDES, SCOPE
from watchword.web.html.guide import Explained, explain
from watchword.web.html.guide_groups import GROUPS
from watchword.web.html.guide_requests import OTHER_ID, SAMPLE_ID
from watchword.web.html.guide_schema import Field, Operation, read_operations
from watchword.web.html.guide_words import EVENTS, NOTES, PARTS, REMEDIES, VERDICTS
from watchword.web.problems import Kind

PAGE_AT_MOST = 60_000
NOT_YET = {("GET", "/v1/plans/{purpose}")}
SHUT = {
    ("POST", "/v1/wallet-openings"): 403,  # until its organisation asks for no code
    ("POST", "/v1/master-pin-sessions"): 403,  # for no till is registered
    ("POST", "/v1/till-sessions/{session_id}/master-pin-entries"): 403,  # likewise
    ("POST", "/v1/opt-in-requests"): 403,  # until its organisation asks for consent
    ("GET", "/v1/voucher-kit"): 403,  # likewise
    ("POST", "/v1/voucher-settlements"): 403,  # likewise
}
METHODS = {"get", "post", "put", "patch", "delete"}


PAGES = ("/docs", *(f"/docs/{group.id}" for group in GROUPS[1:]))


async def send(
    stage: Stage, example: Explained, key: dict[str, str], ids: Mapping[str, str] | None = None
) -> Response:
    """Do what an example shows; `ids` are those that take the place of its own."""
    shown = example.curl.replace("\\\n", " ")
    for name, own in (("sample", SAMPLE_ID), ("other", OTHER_ID)):
        shown = shown.replace(own, (ids or {}).get(name, own))
    curl = shlex.split(shown)
    address = next(part for part in curl if part.startswith("http"))
    # The shell makes the key of the request anew each time.
    kept = [part for part in curl if part.startswith("Idempotency-Key: ")]
    return await stage.pages.request(
        example.operation.method,
        address.removeprefix("http://server.example"),
        json=json.loads(curl[curl.index("-d") + 1]) if "-d" in curl else None,
        content=curl[curl.index("--data-binary") + 1] if "--data-binary" in curl else None,
        headers={
            **key,
            "Accept": "application/json",
            **({"Content-Type": "text/csv"} if "--data-binary" in curl else {}),
            **({"Idempotency-Key": uuid4().hex} if kept else {}),
            **({"Watchword-Terminal": "wt_nobody"} if "Watchword-Terminal" in shown else {}),
        },
    )


async def chapters(stage: Stage) -> dict[str, Reading]:
    return {page: read(await stage.read(page)) for page in PAGES}


def fields(operations: Sequence[Operation]) -> list[Field]:
    return [
        field for one in operations for field in (*one.parameters, *one.fields, *one.reply.fields)
    ]


async def test_every_request_is_told_of_in_one_chapter(stage: Stage) -> None:
    described = stage.app.openapi_schema.to_schema()["paths"]
    readings = await chapters(stage)
    told = [
        each.words.strip()
        for reading in readings.values()
        for each in reading.with_class("request")
    ]

    assert sorted(told) == sorted(
        f"{method.upper()} {path}"
        for path, methods in described.items()
        for method in METHODS & methods.keys()
    )


async def test_all_that_is_linked_is_there(stage: Stage) -> None:
    readings = await chapters(stage)
    there = {f"{page}#{id}" for page, reading in readings.items() for id in reading.ids()}

    for page, reading in readings.items():
        linked = {
            address if address.startswith("/") else page + address
            for address in reading.addresses()
            if "#" in address
        }
        assert linked <= there


@pytest.mark.parametrize("page", PAGES)
async def test_the_table_of_contents_leads_to_every_chapter_and_every_request_of_this_one(
    stage: Stage, page: str
) -> None:
    reading = read(await stage.read(page))
    linked = {*reading.addresses()}
    here = [one for one in read_operations(stage.app) if one.id in {*reading.ids()}]

    assert {f"#{one.id}" for one in here} <= linked
    assert {each.partition("#")[0] or page for each in linked if "#" in each} >= {*PAGES}


@pytest.mark.parametrize("page", PAGES)
async def test_no_page_is_a_burden(stage: Stage, page: str) -> None:
    assert len((await stage.read(page)).encode()) < PAGE_AT_MOST


async def test_there_is_no_other_chapter(stage: Stage) -> None:
    reply = await stage.pages.get("/docs/challenges")

    assert reply.status_code == 404


@pytest.mark.parametrize("kind", Kind)
async def test_every_problem_is_told_of_with_what_to_do(stage: Stage, kind: Kind) -> None:
    reading = read(await stage.read("/docs/problems"))
    [row] = [each for each in reading.all("tr") if each.attributes.get("id") == kind.slug]

    assert str(kind.status) in row.words
    assert kind.title in row.words
    assert REMEDIES[kind].replace("`", "") in row.words


def test_no_title_of_a_problem_lies_within_another() -> None:
    """By these titles the guide finds out which problems a request can meet."""
    titles = [kind.title for kind in Kind]

    assert [(one, other) for one in titles for other in titles if one in other] == [
        (one, one) for one in titles
    ]


async def test_every_field_has_a_meaning_and_no_meaning_is_left_over(stage: Stage) -> None:
    operations = read_operations(stage.app)
    told = {field.note for field in fields(operations)}

    assert [field.path for field in fields(operations) if not field.note] == []
    assert {*NOTES.values()} <= told


async def test_every_request_says_which_scope_it_needs(stage: Stage) -> None:
    needed = [one.scope for one in read_operations(stage.app)]

    assert None not in needed
    # What opens something else besides is said where that is.
    assert {*needed} == {*Scope} - besides(stage)


def besides(stage: Stage) -> set[Scope]:
    """Give the scopes that a request needs besides its own, and that open nothing by themselves."""
    handlers = [
        handler
        for route in stage.app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
    ]
    own = {handler.opt.get(SCOPE) for handler in handlers}
    return {handler.opt[BESIDES] for handler in handlers if BESIDES in handler.opt} - own


async def test_what_must_be_sent_is_told_from_what_may(stage: Stage) -> None:
    [opening] = [one for one in read_operations(stage.app) if one.summary == "Send a code"]
    told = {field.path: field for field in opening.fields}

    required = [path for path in told if told[path].is_required]
    assert [path for path in required if "." not in path] == ["purpose", "to"]
    assert told["to.phone"].limits == ["3 to 40 characters"]
    assert told["to.phone"].example == "+491701234567"
    assert "step_up" in told["purpose"].values


def test_every_verdict_is_told_of() -> None:
    verdicts = get_args(Judgement.__annotations__["verdict"])

    assert {*VERDICTS} == {*verdicts}


async def test_every_part_is_told_of_with_its_number(stage: Stage) -> None:
    text = (await chapters(stage))["/docs/sandbox"].one("main").words

    assert {*PARTS} == {*Part}
    for part, says in PARTS.items():
        assert says.replace("`", "") in text
        assert (number_of(part) or "") in text


async def test_it_says_how_to_know_that_a_webhook_is_ours(stage: Stage) -> None:
    text = (await chapters(stage))["/docs/webhooks"].one("main").words

    for header in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        assert header in text


async def test_every_event_is_told_of(stage: Stage) -> None:
    page = read(await stage.read("/docs/webhooks"))
    told = {each.words.strip() for each in page.all("dt")}

    assert {*EVENTS} == {*EventKind} == told


async def test_the_examples_work_as_they_stand(stage: Stage) -> None:
    organisation = await stage.found()
    key = await stage.key(organisation)
    await stage.services.ledger.sealing.seal_all(organisation.id)

    for each in explain(stage.app, "http://server.example"):
        reply = await send(stage, each, key)

        # Nobody has the ids of the examples, nor the card, nor a plan; but nothing else is wrong.
        one = each.operation
        is_missing = SAMPLE_ID in each.curl or (one.method, one.path) in NOT_YET
        expected = 404 if is_missing else one.reply.status
        expected = SHUT.get((one.method, one.path), expected)
        assert reply.status_code == expected, reply.text


async def test_the_examples_with_customers_and_cards_work_where_these_are(stage: Stage) -> None:
    key = await stage.key(await stage.found())
    examples = {
        (each.operation.method, each.operation.path): each
        for each in explain(stage.app, "http://server.example")
    }

    async def follow(example: str, **ids: str) -> dict[str, Any]:
        method, path = example.split()
        one = examples.pop((method, path))
        reply = await send(stage, one, key, ids)
        assert reply.status_code == one.operation.reply.status, reply.text
        said: dict[str, Any] = reply.json()
        return said

    made = examples["POST", "/v1/customers"]
    other = (await send(stage, made, key)).json()["id"]
    anna = (await follow("POST /v1/customers"))["id"]
    card = (await follow("POST /v1/cards", sample=anna))["id"]
    found = await follow("POST /v1/card-searches")
    searched = await follow("POST /v1/customer-searches")
    await follow("POST /v1/cards/{card_id}/attempts", sample=card)
    judged = await follow("POST /v1/cards/{card_id}/answers", sample=card)
    changed = await follow("PATCH /v1/customers/{customer_id}", sample=anna)
    tagged = await follow("PUT /v1/customers/{customer_id}/tags", sample=anna)
    assert await follow("GET /v1/customers/{customer_id}/tags", sample=anna) == tagged
    merged = await follow("POST /v1/customer-merges", sample=anna, other=other)
    for path in ("/v1/customers", "/v1/cards"):
        await follow(f"GET {path}")
    await follow("GET /v1/customers/{customer_id}", sample=anna)
    await follow("GET /v1/cards/{card_id}", sample=card)
    await follow("GET /v1/cards/{card_id}/verifications", sample=card)
    await follow("POST /v1/customers/{customer_id}/erasures", sample=anna)

    assert [each["id"] for each in found["cards"]] == [card]
    assert {each["id"] for each in searched["customers"]} == {anna, other}
    assert judged["verdict"] in {"wrong", "verified"}
    assert changed["family_name"] == "Schmidt"
    assert merged["id"] == anna
    assert not [path for _, path in examples if path.startswith(("/v1/customer", "/v1/card"))]


class File:
    """Stands for a file of whoever tries an example."""

    def __init__(self, name: str) -> None: ...

    def read_bytes(self) -> bytes:
        return b""


async def test_the_python_examples_are_python_and_say_the_same(stage: Stage) -> None:
    for each in explain(stage.app, "http://server.example"):
        asked: list[tuple[str, str, object]] = []

        class Client:
            def __getattr__(self, method: str) -> object:
                def ask(
                    path: str, json: object = None, headers: object = None, content: object = None
                ) -> None:
                    said = content if isinstance(content, str) else json
                    asked.append((method, path, said))  # noqa: B023 - it is called at once

                return ask

        given = {"uuid4": object, "Path": File, "table": each.operation.body}
        exec(each.python, {"client": Client(), **given})  # noqa: S102 - ours

        [(method, path, body)] = asked
        assert method.upper() == each.operation.method
        assert path in each.curl
        assert body == each.operation.body
