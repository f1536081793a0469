"""The sandbox as a page: what can be seen there, and what never can."""

import pytest

from tests.web.html.reading import Element, read
from tests.web.html.stage import MAILBOX, PHONE, Stage
from watchword.features.campaigns.cost import LINKS_BELOW
from watchword.features.campaigns.links.rules import ALPHABET, LETTERS
from watchword.features.challenges.desk import DENIALS
from watchword.features.contacts.channels import Channel
from watchword.features.organisations.rules import Mode
from watchword.web.html.devices import ON_ONE_DEVICE

HOSTILE = '<script src="//evil.example">"><b onclick=x>\'{{ 7*7 }}'
NAME = "<b>\"A\" & 'B'{{ 7*7 }}</b>"


async def codes(stage: Stage, query: str = "") -> list[str]:
    return [each.words for each in read(await stage.read(f"/sandbox{query}")).with_class("code")]


async def messages(stage: Stage, query: str = "", language: str = "en") -> list[Element]:
    return read(await stage.read(f"/sandbox{query}", language)).with_class("message")


async def test_a_code_is_shown_as_soon_as_it_arrives(stage: Stage) -> None:
    await stage.deliver(await stage.found(), code="090914")

    assert await codes(stage) == ["090914"]


async def test_codes_of_live_organisations_are_nobodys_business(stage: Stage) -> None:
    await stage.deliver(await stage.found("live", name="Live Bank", mode=Mode.LIVE), code="111222")
    await stage.deliver(await stage.found("test"), code="333444")

    for query in ("", "?organisation=live", f"?address=%2B{PHONE[1:]}", "?fragment=1"):
        page = await stage.read(f"/sandbox{query}")

        assert "111222" not in page
        assert "Live Bank" not in page
    assert await codes(stage) == ["333444"]


@pytest.mark.parametrize("path", ["/sandbox", "/sandbox?fragment=1", f"/sandbox?address={MAILBOX}"])
async def test_a_closed_sandbox_shows_nothing_but_how_to_open_it(closed: Stage, path: str) -> None:
    await closed.deliver(await closed.found(), code="090914")

    reply = await closed.pages.get(path)

    assert reply.status_code == 404
    assert "090914" not in reply.text
    assert "open_page = true" in reply.text
    assert "sandbox:read" in reply.text


async def test_a_closed_sandbox_tells_no_news(closed: Stage) -> None:
    assert (await closed.pages.get("/sandbox/events")).status_code == 404


async def test_an_empty_sandbox_teaches_how_to_send_something(stage: Stage) -> None:
    before = await stage.read("/sandbox")
    await stage.found()
    after = await stage.read("/sandbox")

    assert "watchword organisations create" in before
    assert "watchword organisations create" not in after
    assert f"curl {stage.services.settings.web.public_url}/v1/challenges" in after


@pytest.mark.parametrize("language", ["de", "en"])
async def test_what_others_wrote_is_shown_and_never_obeyed(stage: Stage, language: str) -> None:
    bank = await stage.found(name=NAME)
    await stage.deliver(bank, text=HOSTILE, code=HOSTILE)
    await stage.deliver(
        bank,
        to=f'{"a" * 8}"onfocus=x@example.org',
        channel=Channel.EMAIL,
        subject=HOSTILE,
        text=HOSTILE,
    )

    reading = read(await stage.read("/sandbox", language))

    assert reading.faults == []
    assert [each.attributes["src"][:8] for each in reading.all("script")] == ["/assets/"]
    assert not [name for each in reading.elements for name in each.attributes if name[:2] == "on"]
    assert not reading.all("b")
    assert [each.words for each in reading.with_class("text")] == [HOSTILE, HOSTILE]
    assert next(each.words for each in reading.with_class("from")).startswith(NAME)


async def test_an_address_of_ours_can_be_followed_and_no_other(stage: Stage) -> None:
    ours = stage.services.settings.web.public_url + DENIALS
    good = f"{ours}k4wd7mq2zr5x"
    bad = [
        "https://evil.example/n/k4wd7mq2zr5x",
        f"{ours}../docs",
        f"{good}/x",
        f"{ours}",
        f"x{ours}",
    ]
    words = " ".join([f"<b>Not you? {good}.", *bad])
    await stage.deliver(await stage.found(), text=words)

    reading = read(await stage.read("/sandbox"))

    links = [each for each in reading.all("a") if each.attributes["href"].startswith("http")]
    assert [(each.attributes["href"], each.attributes["rel"]) for each in links] == [
        (good, "noreferrer")
    ]
    assert [each.words for each in reading.with_class("text")] == [words]


async def test_the_link_of_a_campaign_can_be_followed(stage: Stage) -> None:
    link = f"{stage.services.settings.web.public_url}{LINKS_BELOW}{ALPHABET[:LETTERS]}"
    await stage.deliver(await stage.found(), text=f"20 % on roses: {link}\nSTOP ends it.")

    reading = read(await stage.read("/sandbox"))

    assert link in [each.attributes["href"] for each in reading.all("a")]


@pytest.mark.parametrize(
    ("channel", "german", "english"),
    [
        (Channel.SMS, "SMS", "Text message"),
        (Channel.WHATSAPP, "WhatsApp", "WhatsApp"),
        (Channel.VOICE, "Anruf", "Call"),
        (Channel.EMAIL, "E-Mail", "E-mail"),
    ],
)
async def test_each_channel_is_called_by_its_name(
    stage: Stage, channel: Channel, german: str, english: str
) -> None:
    to = MAILBOX if channel is Channel.EMAIL else PHONE
    await stage.deliver(await stage.found(), to=to, channel=channel)

    for language, name in (("de", german), ("en", english)):
        [badge] = read(await stage.read("/sandbox?fragment=1", language)).with_class("badge")
        assert badge.words == name


async def test_all_that_went_to_one_number_lies_on_one_phone_the_newest_first(
    stage: Stage,
) -> None:
    bank, shop = await stage.found("bank"), await stage.found("shop")
    await stage.deliver(bank, code="111111")
    await stage.deliver(shop, code="222222", channel=Channel.VOICE)
    await stage.deliver(bank, to=MAILBOX, channel=Channel.EMAIL, code="333333")
    await stage.deliver(bank, to=MAILBOX.upper(), channel=Channel.EMAIL, code="444444")

    reading = read(await stage.read("/sandbox"))

    assert await codes(stage) == ["444444", "333333", "222222", "111111"]
    assert [each.words for each in reading.with_class("address")] == [
        MAILBOX.upper(),
        "+49 170 1234567",
    ]


async def test_a_busy_phone_leaves_room_for_others_and_shows_all_when_asked(stage: Stage) -> None:
    bank = await stage.found()
    await stage.deliver(bank, to="+491709999999")
    for _ in range(ON_ONE_DEVICE + 2):
        await stage.deliver(bank)

    assert len(await messages(stage)) == ON_ONE_DEVICE + 1
    assert len(await messages(stage, f"?address=%2B{PHONE[1:]}")) == ON_ONE_DEVICE + 2


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?organisation=bank", ["222222", "111111"]),
        ("?organisation=shop", ["333333"]),
        ("?organisation=nobody", []),
        ("?address=%2B49%20170%201234567", ["333333", "111111"]),
        ("?address=+491701234567", ["333333", "111111"]),
        ("?address=0170%201234567", ["333333", "111111"]),
        ("?address=ANN%40example.org", ["222222"]),
        ("?address=%2B491701234567&organisation=shop", ["333333"]),
        ("?address=abc", []),
        ("?address=&organisation=", ["333333", "111111", "222222"]),
    ],
)
async def test_one_can_ask_for_an_organisation_and_for_an_address(
    stage: Stage, query: str, found: list[str]
) -> None:
    bank, shop = await stage.found("bank"), await stage.found("shop")
    await stage.deliver(bank, code="111111")
    await stage.deliver(bank, code="222222", to=MAILBOX, channel=Channel.EMAIL)
    await stage.deliver(shop, code="333333")

    assert await codes(stage, query) == found


async def test_an_address_that_is_none_is_said_to_be_none(stage: Stage) -> None:
    await stage.found()

    wrong = read(await stage.read("/sandbox?address=abc")).all("input")[0]
    right = read(await stage.read("/sandbox?address=0170%201234567")).all("input")[0]

    assert wrong.attributes["aria-invalid"] == "true"
    assert wrong.attributes["value"] == "abc"
    assert "aria-invalid" not in right.attributes


async def test_it_works_without_script(stage: Stage) -> None:
    await stage.deliver(await stage.found())
    reading = read(await stage.read("/sandbox?address=0170%201234567"))

    again = next(each for each in reading.all("a") if each.attributes.get("id") == "again")
    [copying] = reading.with_class("copy")
    assert again.attributes["href"] == "/sandbox?address=0170+1234567"
    assert "hidden" not in again.attributes
    assert "hidden" in copying.attributes
    assert reading.all("noscript")
    search = next(each for each in reading.all("form") if each.attributes.get("role") == "search")
    assert "method" not in search.attributes


async def test_the_part_that_is_fetched_again_is_the_same_as_on_the_page(stage: Stage) -> None:
    await stage.deliver(await stage.found())

    part = await stage.read("/sandbox?fragment=1")

    assert part.strip() in await stage.read("/sandbox")
    assert "<html" not in part
