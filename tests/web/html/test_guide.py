"""The API guide tells everything, and what it tells is true."""

import json
import shlex
from collections.abc import Sequence
from typing import get_args

import pytest

from tests.web.html.reading import Reading, read
from tests.web.html.stage import Stage
from watchword.features.clients.rules import Scope
from watchword.features.sandbox.scenarios import Part, number_of
from watchword.features.webhooks.events import EventKind
from watchword.web.api.challenges import Judgement
from watchword.web.html.guide import explain
from watchword.web.html.guide_groups import GROUPS
from watchword.web.html.guide_schema import Field, Operation, read_operations
from watchword.web.html.guide_words import EVENTS, NOTES, PARTS, REMEDIES, VERDICTS
from watchword.web.problems import Kind

PAGE_AT_MOST = 60_000
METHODS = {"get", "post", "put", "patch", "delete"}


PAGES = ("/docs", *(f"/docs/{group.id}" for group in GROUPS[1:]))


async def guide(stage: Stage) -> Reading:
    return read(await stage.read("/docs"))


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
    reading = await guide(stage)
    [row] = [each for each in reading.all("tr") if each.attributes.get("id") == kind.slug]

    assert str(kind.status) in row.words
    assert kind.title in row.words
    assert REMEDIES[kind].replace("`", "") in row.words


async def test_every_field_has_a_meaning_and_no_meaning_is_left_over(stage: Stage) -> None:
    operations = read_operations(stage.app)
    told = {field.note for field in fields(operations)}

    assert [field.path for field in fields(operations) if not field.note] == []
    assert {*NOTES.values()} <= told


async def test_every_request_says_which_scope_it_needs(stage: Stage) -> None:
    needed = [one.scope for one in read_operations(stage.app)]

    assert None not in needed
    assert {*needed} == {*Scope}


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
        curl = shlex.split(each.curl.replace("\\\n", " "))
        address = next(part for part in curl if part.startswith("http"))
        body = json.loads(curl[curl.index("-d") + 1]) if "-d" in curl else None
        reply = await stage.pages.request(
            each.operation.method,
            address.removeprefix("http://server.example"),
            json=body,
            headers={**key, "Accept": "application/json"},
        )

        # Nobody has the id of the example, nor a plan as yet; but nothing else is wrong.
        one = each.operation
        is_missing = "_id}" in one.path or (one.method, one.path) == ("GET", "/v1/plans/{purpose}")
        expected = 404 if is_missing else one.reply.status
        assert reply.status_code == expected, reply.text


async def test_the_python_examples_are_python_and_say_the_same(stage: Stage) -> None:
    for each in explain(stage.app, "http://server.example"):
        asked: list[tuple[str, str, object]] = []

        class Client:
            def __getattr__(self, method: str) -> object:
                def ask(path: str, json: object = None, headers: object = None) -> None:
                    asked.append((method, path, json))  # noqa: B023 - it is called at once

                return ask

        exec(each.python, {"client": Client(), "uuid4": object})  # noqa: S102 - ours

        [(method, path, body)] = asked
        assert method.upper() == each.operation.method
        assert path in each.curl
        assert body == each.operation.body
