"""What is behind a gate is in no byte before the proof, and what programs do changes nothing.

A program is whatever follows links, runs scripts and presses buttons: it reads mail and text
messages before people do.
"""

import asyncio
import re
from collections.abc import Iterator

import httpx
import pytest

from tests.stores import NOON
from tests.web.console.bare import forms_in
from tests.web.gate.meadow import CANARY, END, TARGET, WRONG_END, Meadow, email, phone
from watchword.features.campaigns.rules import Category, GateKind
from watchword.features.gates.tries.rules import PAUSE, SPAN, TRIES, of_all_links
from watchword.features.limits.rules import charge_send
from watchword.features.limits.store import BudgetStore
from watchword.web.joining.pace import Pace

OWN = {"Sec-Fetch-Site": "same-origin"}
TABLES = (
    *("campaigns", "campaign_recipients", "gate_tries", "gate_passes", "suppressions"),
    *("consents", "consent_records", "audit_entries", "messages", "challenges", "budgets"),
)
CANARIES = (CANARY, "kanarienvogel", "shop.example.org", "Rosenwoche", "Rose week", TARGET)
LOADED = re.compile(
    r"""(?:src|href|srcset|action|content|url)\s*=?\s*[("']?\s*((?:https?:)?//[^\s"')]+)"""
)


async def asked(meadow: Meadow, link: str) -> list[httpx.Response]:
    """Give all that anybody gets to see who has proven nothing."""
    client, own = meadow.client(), meadow.client(**OWN)
    bots = ("WhatsApp/2.23", "facebookexternalhit/1.1", "Slackbot-LinkExpanding 1.0", "Googlebot")
    return [
        await client.get(link),
        await client.get(link, headers={"Purpose": "prefetch", "Sec-Purpose": "prefetch"}),
        await client.get(link, headers={"Range": "bytes=0-99999"}),
        await client.get(link, headers={"If-None-Match": "*", "Accept": "application/json"}),
        await client.get(f"{link}?preview=1&debug=1&format=amp"),
        await client.head(link),
        await client.options(link),
        await client.put(link, content=b"x"),
        *[await client.get(link, headers={"User-Agent": bot}) for bot in bots],
        *[await client.get(f"{link}/{act}") for act in ("stop", "not-me", "codes", "go", "x")],
        await client.get(f"{link}/../passes/5f0c1e9a-6d0b-4c59-9a53-0d7f6f0f2b1e"),
        await client.get(link, headers={"Host": "evil.example"}),
        await client.post(link, data={"typed": END}),
        await own.post(link, data={"typed": WRONG_END}),
        await own.post(link, data={"typed": ""}),
        await own.post(link, content=b"\xff\xfe", headers={"Content-Type": "text/plain"}),
        await own.post(link, data={"button": "3", "proof": "x" * 100}),
        await own.post(f"{link}/codes", data={"typed": END, "proof": ""}),
        await own.post(f"{link}/sendings", data={"proof": ""}),
        await own.post(f"{link}/stop", data={"typed": WRONG_END}),
        await own.post(f"{link}/not-me", data={"typed": ""}),
    ]


def leaks(replies: list[httpx.Response]) -> Iterator[str]:
    for reply in replies:
        said = reply.text + str(reply.headers.multi_items())
        yield from (f"{each} in {reply.request.url}" for each in CANARIES if each in said)


@pytest.mark.parametrize("kind", [GateKind.LAST_FOUR, GateKind.CODE])
async def test_what_is_behind_the_gate_is_in_no_byte_before_it(
    meadow: Meadow, kind: GateKind
) -> None:
    link = await meadow.written_to(gate=kind)

    replies = await asked(meadow, link)

    assert [*leaks(replies)] == []
    assert {each.status_code for each in replies} >= {200, 400, 403, 404, 405, 422}


async def test_a_leak_would_be_found(meadow: Meadow) -> None:
    link = await meadow.written_to(gate=GateKind.NONE)

    assert [*leaks([await meadow.client().get(link)])]


async def test_every_answer_forbids_to_be_kept_followed_or_framed(meadow: Meadow) -> None:
    link = await meadow.written_to()
    opened = await meadow.client(**OWN).post(link, data={"typed": END})
    assert CANARY in opened.text

    for reply in [*await asked(meadow, link), opened]:
        assert reply.headers["cache-control"] == "no-store", reply.request.url
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in reply.headers
        policy = reply.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        if "text/html" in reply.headers.get("content-type", "") and "/c/" in reply.request.url.path:
            for rule in ("script-src 'none'", "object-src 'none'", "base-uri 'none'"):
                assert rule in policy
            assert "unsafe" not in policy
            assert "noindex" in reply.headers["x-robots-tag"]
            assert "<script" not in reply.text
            assert " style=" not in reply.text
            assert "og:" not in reply.text
            assert [*LOADED.findall(reply.text)] == []


async def test_it_is_light_and_the_same_for_all_recipients(meadow: Meadow) -> None:
    campaign = await meadow.campaign(category=Category.ALCOHOL)
    links = [
        await meadow.link(campaign, await meadow.customer(each))
        for each in (phone(), phone("+491709998888"))
    ]

    pages = [(await meadow.client().get(link)).text.replace(link, "") for link in links]

    assert pages[0] == pages[1]
    assert len(pages[0].encode()) <= 20_000


async def test_programs_change_nothing(meadow: Meadow) -> None:
    """GET and HEAD, thrice; then every form of every page, sent as it stands there."""
    campaign = await meadow.campaign()
    everything = [
        await meadow.link(campaign, await meadow.customer()),
        await meadow.written_to(phone("+491701112222"), gate=GateKind.CODE),
        await meadow.written_to(phone("+491701113333"), gate=GateKind.NONE, minimum_age=18),
        await meadow.written_to(phone("+491701114444"), gate=GateKind.NONE),
        await meadow.written_to(phone("+491701115555"), category=Category.ADULT),
        await meadow.written_to(email()),
    ]
    before = {table: await meadow.rows(table) for table in TABLES}
    client, own = meadow.client(), meadow.client(**OWN)

    for link in everything:
        for path in (link, f"{link}/stop", f"{link}/not-me"):
            for _ in range(2):
                await client.head(path)
                await client.get(path)
            for form in forms_in((await client.get(path)).text):
                for fields in ({}, dict.fromkeys(("old_enough",), "1")):
                    data = {**dict(form.fields), **fields}
                    target = form.action if form.action.startswith("/") else path
                    for button in form.buttons:
                        pressed = {button["name"]: button["value"]} if "name" in button else {}
                        await own.post(target, data={**data, **pressed})

    assert {table: await meadow.rows(table) for table in TABLES} == before


async def test_tries_are_counted_exactly_however_many_come_at_once(meadow: Meadow) -> None:
    link = await meadow.written_to()
    client = meadow.client(**OWN)

    replies = await asyncio.gather(
        *(client.post(link, data={"typed": f"{each:04d}"}) for each in range(40))
    )

    statuses = [each.status_code for each in replies]
    assert statuses.count(422) == TRIES - 1
    assert statuses.count(429) == 40 - (TRIES - 1)
    rows = await meadow.rows("gate_tries")
    assert [(row["used"], row["pauses"]) for row in rows] == [(TRIES, 1)]


@pytest.mark.parametrize("way_out", ["stop", "not-me"])
async def test_who_is_wrong_at_the_gate_keeps_nobody_from_leaving(
    meadow: Meadow, way_out: str
) -> None:
    link = await meadow.written_to()
    client = meadow.client(**OWN)
    for _ in range(4):
        for _ in range(TRIES):
            await client.post(link, data={"typed": WRONG_END})
        meadow.time.pass_by(PAUSE)
    assert (await client.post(link, data={"typed": END})).status_code == 429

    left = await client.post(f"{link}/{way_out}", data={"typed": END})

    assert left.status_code == 200
    assert "opted_out" in await meadow.steps(link)
    assert await meadow.rows("gate_tries") == []


async def test_who_is_wrong_at_the_way_out_waits_there_as_long_and_opens_as_before(
    meadow: Meadow,
) -> None:
    link = await meadow.written_to()
    client = meadow.client(**OWN)

    wrong = [
        (await client.post(f"{link}/{way_out}", data={"typed": WRONG_END})).status_code
        for way_out in ("stop", "not-me", "stop", "not-me", "stop")
    ]

    assert wrong == [422] * (TRIES - 1) + [429]
    assert (await client.post(f"{link}/stop", data={"typed": END})).status_code == 429
    assert "opted_out" not in await meadow.steps(link)
    assert CANARY in (await client.post(link, data={"typed": END})).text


async def test_a_right_answer_among_forty_opens_only_if_it_was_among_the_first(
    meadow: Meadow,
) -> None:
    link = await meadow.written_to()
    client = meadow.client(**OWN)

    replies = await asyncio.gather(
        *(client.post(link, data={"typed": END if each == 39 else WRONG_END}) for each in range(40))
    )

    *wrong, right = replies
    assert [*leaks(wrong)] == []
    looked_at = sum(each.status_code == 422 for each in wrong)
    if CANARY in right.text:  # it was among the first; then five may be tried anew
        assert looked_at <= 2 * (TRIES - 1)
    else:
        assert right.status_code == 429
        assert looked_at == TRIES - 1


@pytest.mark.parametrize(
    ("host", "forwarded"),
    [
        ("evil.example", None),
        ("127.0.0.1:8000.evil.example", None),
        ("127.0.0.1:8000@evil.example", None),
        ("evil.example:8000", None),
        ("127.0.0.1:9999", None),
        ("127.0.0.1:8000/evil", None),
        ("", None),
        ("127.0.0.1:8000", "evil.example"),
        ("127.0.0.1:8000", "127.0.0.1:8000, evil.example"),
    ],
)
async def test_a_strange_name_is_refused_and_not_repeated(
    meadow: Meadow, host: str, forwarded: str | None
) -> None:
    link = await meadow.written_to()
    headers = {"Host": host, **({"X-Forwarded-Host": forwarded} if forwarded else {})}

    for reply in (
        await meadow.client().get(link, headers=headers),
        await meadow.client(**OWN).post(link, data={"typed": END}, headers=headers),
    ):
        assert reply.status_code == 400
        assert "evil" not in reply.text + str(reply.headers)
        assert CANARY not in reply.text
    assert await meadow.steps(link) == {}


@pytest.mark.parametrize("second", ["evil.example", "127.0.0.1:8000, evil.example", ""])
async def test_two_names_are_both_looked_at(meadow: Meadow, second: str) -> None:
    link = await meadow.written_to()

    reply = await meadow.client().get(link, headers=[("Host", "127.0.0.1:8000"), ("Host", second)])

    assert reply.status_code == 400
    assert "evil" not in reply.text + str(reply.headers)


async def test_too_much_from_one_network_is_paused(meadow: Meadow) -> None:
    campaign = await meadow.campaign()
    client = meadow.client(**OWN)
    statuses, last = list[int](), ""
    for number in range(26):
        contact = phone(f"+49170555{number + 1000:04d}")
        link = await meadow.link(campaign, await meadow.customer(contact))
        for _ in range(TRIES):
            reply = await client.post(link, data={"typed": WRONG_END})
            statuses.append(reply.status_code)
            last = reply.text

    assert statuses[:TRIES] == [422] * (TRIES - 1) + [429]
    assert "from your network" in last
    assert len(await meadow.rows("gate_tries")) == 24


async def test_a_campaign_whose_links_are_all_guessed_at_rests_and_lets_people_leave(
    meadow: Meadow,
) -> None:
    campaign, whose = await meadow.campaign(), meadow.organisation.id
    link = await meadow.link(campaign, await meadow.customer())
    key, limits = f"gate:campaign:{campaign.id}", of_all_links(1)
    client = meadow.client(**OWN)
    async with meadow.services.storage.begin(whose) as transaction:
        store = BudgetStore(transaction, whose)
        budget = await store.make_or_hold(key)
        for _ in range(limits.sends[0].most - 1):
            budget = charge_send(budget, limits, transaction.now())
        await store.save(key, budget)

    last = await client.post(link, data={"typed": WRONG_END})
    other = await meadow.link(campaign, await meadow.customer(phone("+491709998888")))

    assert last.status_code == 422
    assert (await client.post(other, data={"typed": "8888"})).status_code == 429
    assert await meadow.steps(other) == {}
    entries = [each["action"] for each in await meadow.rows("audit_entries")]
    assert entries.count("gate.paused") == 1
    assert (await client.post(f"{other}/stop", data={"typed": "8888"})).status_code == 200
    assert "opted_out" in await meadow.steps(other)
    assert CANARY in (await client.post(await meadow.written_to(), data={"typed": END})).text
    meadow.time.pass_by(SPAN)
    assert CANARY in (await client.post(link, data={"typed": END})).text


async def test_how_long_it_takes_says_nothing_of_a_link_that_leads_nowhere(meadow: Meadow) -> None:
    """Both answers leave on a beat, whatever was looked for; one that lives does not wait."""
    rests, seconds = list[float](), iter(range(1_000))

    async def rest(span: float) -> None:
        rests.append(span)

    living = await meadow.written_to()
    over = await meadow.written_to(phone("+491709998888"), links_live_until=NOON)
    pace = Pace(10.0, clock=lambda: float(next(seconds)), rest=rest)
    meadow.pace(pace)
    client = meadow.client()

    await client.get(living)
    assert rests == []
    await client.get(over)
    await client.get(f"/c/{'0' * 26}")

    assert rests == [9.0, 9.0]
