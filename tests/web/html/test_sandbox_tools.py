"""What helps whoever plays in the sandbox: letterboxes, calls told in full, the clock, the help."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from httpx import Response

from tests.stores import MovableTime
from tests.web.console.bare import forms_in
from tests.web.html.reading import read
from tests.web.html.stage import PHONE, Stage, open_stage
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.post import Place, read_post
from watchword.features.contacts.rules import Contact, read_phone
from watchword.features.organisations.rules import Mode
from watchword.features.sandbox.scenarios import Part, mailbox_of, name_of, number_of
from watchword.web.html.devices import spaced
from watchword.web.html.sandbox_tools import MOVES

LATE = number_of(Part.LATE) or ""
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def time() -> MovableTime:
    return MovableTime()


@pytest.fixture
async def still(copy: str, time: MovableTime) -> AsyncIterator[Stage]:
    """A stage on which time passes only when it is told to."""
    async with open_stage(copy, is_new=False, now=time) as stage:
        yield stage


def address_of(name: str) -> str:
    contact = read_post(Place(name, "Hauptstraße 1", "10115", "Berlin", "DE"))
    assert isinstance(contact, Contact)
    return contact.address.reveal()


async def move(
    stage: Stage,
    whose: str = "demo",
    seconds: str = "86400",
    *,
    query: str = "",
    headers: dict[str, str] | None = None,
) -> Response:
    """Press a button as a reader does, unless the headers say otherwise."""
    return await stage.pages.post(
        f"/sandbox/clock{query}",
        data={"whose": whose, "seconds": seconds},
        headers=OURS if headers is None else headers,
    )


class TestALetterbox:
    async def test_stands_beside_phones_with_its_address_in_lines(self, stage: Stage) -> None:
        bank = await stage.found()
        await stage.deliver(bank)
        await stage.deliver(
            bank, to=address_of("Ann Example"), channel=Channel.LETTER, code="1234567890"
        )

        reading = read(await stage.read("/sandbox"))

        [box] = reading.with_class("letterbox")
        assert "Letterbox" in box.words
        assert "Ann Example\nHauptstraße 1\n10115 Berlin\nDE" in box.words
        assert len(reading.with_class("phone")) == 1
        assert [each.words for each in reading.with_class("code")] == ["12345 67890", "481516"]

    async def test_leads_to_all_that_lies_in_it(self, stage: Stage) -> None:
        bank = await stage.found()
        for name in ("Ann Example", "Bob Example"):
            await stage.deliver(bank, to=address_of(name), channel=Channel.LETTER)
        boxes = read(await stage.read("/sandbox")).with_class("letterbox")

        links = [each for each in read(await stage.read("/sandbox")).addresses() if "Bob" in each]
        there = read(await stage.read(links[0]))

        assert len(boxes) == 2
        assert [box.words.count("Bob Example") for box in there.with_class("letterbox")] == [1]


async def test_a_call_is_told_before_and_after_the_key(stage: Stage) -> None:
    bank = await stage.found()
    await stage.deliver(bank, channel=Channel.VOICE, text="Press 1.\n\n[1]\n\nYour code: 4, 8.")

    for language, key in (("en", "After the 1"), ("de", "Nach der 1")):
        reading = read(await stage.read("/sandbox", language))
        assert [each.words for each in reading.all("blockquote")] == [
            "Press 1.",
            "Your code: 4, 8.",
        ]
        assert key in reading.words
        assert "[1]" not in reading.words


class TestTheHelp:
    @pytest.mark.parametrize("language", ["de", "en"])
    async def test_names_every_address_that_plays_a_part(self, stage: Stage, language: str) -> None:
        await stage.found()

        table = read(await stage.read("/sandbox", language)).one("table").words

        for part in Part:
            if number := number_of(part):
                assert spaced(number) in table
            if mailbox := mailbox_of(part):
                assert mailbox in table
            assert (name_of(part) or "") in table
        assert "+49 30 23125000" in table

    async def test_says_something_of_every_part(self, stage: Stage) -> None:
        await stage.found()

        cells = [each.words for each in read(await stage.read("/sandbox")).all("td")]

        told = cells[::4]
        assert len(told) == len({*told}) == len(Part)

    async def test_is_quiet_until_somebody_opens_it(self, stage: Stage) -> None:
        await stage.found()

        tools = read(await stage.read("/sandbox")).all("details")

        assert [each.attributes["id"] for each in tools] == ["clock", "scenarios"]
        assert not any("open" in each.attributes for each in tools)

    async def test_is_not_there_without_a_test_organisation(self, stage: Stage) -> None:
        await stage.found("live", mode=Mode.LIVE)

        assert read(await stage.read("/sandbox")).all("details") == []


class TestTheClock:
    async def test_says_what_is_still_to_come(self, still: Stage) -> None:
        await still.deliver(await still.found(), to=LATE)

        reading = read(await still.read("/sandbox"))

        clock = next(each for each in reading.all("details") if each.attributes["id"] == "clock")
        assert "open" in clock.attributes
        assert "A message arrives in 45 seconds" in " ".join(clock.words.split())
        assert LATE[1:] not in clock.words.replace(" ", "")

    async def test_is_moved_by_a_press_and_leads_back(self, still: Stage) -> None:
        await still.deliver(await still.found(), to=LATE)

        reply = await move(still, seconds="60", query="?organisation=demo&lang=de")

        assert reply.status_code == 303
        there_now = "/sandbox?organisation=demo&moved=60&whose=demo&lang=de#clock"
        assert reply.headers["Location"] == there_now
        there = read(await still.read(there_now))
        assert "Vergangen: 1 Minute." in there.words
        assert [each.words for each in there.with_class("code")] == ["481516"]

    async def test_passes_for_one_organisation_alone(self, still: Stage) -> None:
        await still.found()
        other = await still.found("other")
        await still.deliver(other, to=LATE)

        await move(still)

        [coming, _] = await still.services.sandbox.ahead(other.id)
        assert coming.due_at == still.services.storage.now() + timedelta(seconds=45)

    @pytest.mark.parametrize(
        "headers",
        [
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Sec-Fetch-Site": "none"},
            {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"},
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {},
        ],
    )
    async def test_is_not_moved_by_a_page_of_somebody_else(
        self, still: Stage, headers: dict[str, str]
    ) -> None:
        bank = await still.found()
        await still.deliver(bank, to=LATE)

        reply = await move(still, headers=headers)

        assert reply.status_code == 403
        assert "Nothing was changed" in read(reply.text).words
        assert await still.services.sandbox.look(bank.id) == []

    async def test_is_moved_by_an_old_browser_that_names_our_origin(self, still: Stage) -> None:
        await still.found()

        assert (await move(still, headers={"Origin": "http://127.0.0.1:8000"})).status_code == 303

    @pytest.mark.parametrize(
        ("whose", "seconds", "status"),
        [
            ("nobody", "60", 404),
            ("live", "60", 404),
            ("", "60", 404),
            ("demo", "61", 400),
            ("demo", "-60", 400),
            ("demo", "", 400),
        ],
    )
    async def test_moves_only_test_organisations_and_only_so_far(
        self, still: Stage, whose: str, seconds: str, status: int
    ) -> None:
        await still.found()
        await still.found("live", mode=Mode.LIVE)

        assert (await move(still, whose, seconds)).status_code == status

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            (b"whose=demo&seconds=60&seconds=600", "application/x-www-form-urlencoded"),
            (b"&".join([b"a=b"] * 20), "application/x-www-form-urlencoded"),
            (b"\xff=\xff", "application/x-www-form-urlencoded"),
            (b"", "application/x-www-form-urlencoded"),
            (b'{"whose": "demo", "seconds": "60"}', "application/json"),
        ],
    )
    async def test_takes_no_other_form(self, still: Stage, body: bytes, kind: str) -> None:
        await still.found()

        reply = await still.pages.post(
            "/sandbox/clock", content=body, headers={**OURS, "Content-Type": kind}
        )

        assert reply.status_code == 400

    async def test_is_out_of_reach_where_the_page_is_closed(self, closed: Stage) -> None:
        await closed.found()

        reply = await move(closed)

        assert reply.status_code == 404
        assert "open_page = true" in reply.text

    async def test_is_moved_by_the_button_without_script(self, still: Stage) -> None:
        await still.found()
        reading = read(await still.read("/sandbox"))

        [form] = [each for each in reading.all("form") if "method" in each.attributes]
        buttons = [each for each in reading.all("button") if each.attributes.get("name")]

        assert form.attributes["action"] == "/sandbox/clock"
        assert [each.attributes["value"] for each in buttons] == [*MOVES]
        assert [each.words for each in buttons] == [
            "+ 1 minute",
            "+ 10 minutes",
            "+ 1 hour",
            "+ 1 day",
        ]


async def test_a_postal_address_is_a_link_to_one_box_and_a_number_to_one_phone(
    stage: Stage,
) -> None:
    bank = await stage.found()
    await stage.deliver(bank, to=address_of("Ann Example"), channel=Channel.LETTER)
    await stage.deliver(bank)

    line = "Ann%20Example,%20Hauptstra%C3%9Fe%201,%2010115%20Berlin,%20DE"
    boxes = read(await stage.read(f"/sandbox?address={line}"))
    phones = read(await stage.read(f"/sandbox?address=%2B{PHONE[1:]}"))

    assert len(boxes.with_class("letterbox")) == len(phones.with_class("phone")) == 1
    assert boxes.with_class("phone") == phones.with_class("letterbox") == []


class TestAPhone:
    async def test_replies_to_whoever_wrote_last(self, stage: Stage) -> None:
        bank = await stage.found()
        await stage.deliver(bank)
        page = await stage.read("/sandbox")
        [form] = [each for each in forms_in(page) if "/sandbox/reply" in each.action]

        reply = await stage.pages.post(
            form.action, data={**dict(form.fields), "text": "STOP"}, headers=OURS
        )

        assert (reply.status_code, reply.headers["Location"]) == (303, "/sandbox")
        contact = read_phone(PHONE, "DE")
        assert isinstance(contact, Contact)
        assert await stage.services.privacy.opt_outs.of(bank.id, contact)

    async def test_is_not_replied_from_by_other_pages(self, stage: Stage) -> None:
        bank = await stage.found()
        await stage.deliver(bank)
        said = {"from": PHONE, "whose": bank.slug, "text": "STOP"}

        reply = await stage.pages.post(
            "/sandbox/reply", data=said, headers={"Sec-Fetch-Site": "cross-site"}
        )

        assert reply.status_code == 403
        contact = read_phone(PHONE, "DE")
        assert isinstance(contact, Contact)
        assert not await stage.services.privacy.opt_outs.of(bank.id, contact)
