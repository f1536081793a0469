"""What a recipient meets at their link."""

from datetime import timedelta

import pytest

from tests.web.gate.meadow import (
    CANARY,
    END,
    TARGET,
    WRONG_END,
    Meadow,
    email,
    named_by,
    phone,
)
from watchword.features.campaigns.rules import Category, GateKind
from watchword.features.contacts.channels import Channel
from watchword.features.gates.tries.rules import PAUSE, TRIES

OPEN, STOP = "Open the message", "Stop"
NOT_MINE = "That is so \u2013 send me nothing"


async def test_the_end_of_the_number_opens_the_page(meadow: Meadow) -> None:
    link = await meadow.written_to()

    browser = await meadow.browser().open(link)
    assert CANARY not in browser.page
    assert await meadow.steps(link) == {}

    await browser.press(OPEN, typed=END)

    assert browser.status == 200
    assert CANARY in browser.page
    assert '<a href="?stop=1">Stop these text messages</a>' in browser.page
    assert [*await meadow.steps(link)] == ["opened", "passed"]
    assert await meadow.rows("gate_tries") == []
    await browser.open(f"{link}?stop=1")
    assert browser.reply is not None
    assert browser.status == 303
    assert browser.reply.headers["location"] == f"{link}/stop"


async def test_before_the_gate_stand_who_writes_why_and_how_to_stop_it(meadow: Meadow) -> None:
    link = await meadow.written_to(category=Category.CANNABIS, minimum_age=21)

    page = (await meadow.browser().open(link)).page

    for said in (
        "Gartencenter Sonnenhof",
        "Sonnenhof am Markt",
        "You asked to hear of our offers.",
        "Stop these text messages",
        "This is not for me",
        "aged 21 or over",
    ):
        assert said in page
    assert page.index('name="year"') < page.index('name="typed"')


@pytest.mark.parametrize(
    "typed",
    [
        "12 34 5",
        "12",
        "abcd",
        "",
        "\uff14\uff15\uff16\uff17",
        "\u0664\u0665\u0666\u0667",
        "4567890",
    ],
)
async def test_what_can_never_be_right_costs_no_try(meadow: Meadow, typed: str) -> None:
    link = await meadow.written_to()
    browser = await meadow.browser().open(link)

    await browser.press(OPEN, typed=typed)

    assert browser.status == 422
    assert "Type four digits." in browser.page
    assert await meadow.rows("gate_tries") == []
    assert await meadow.steps(link) == {}


async def test_five_wrong_answers_pause_a_link_and_no_other(meadow: Meadow) -> None:
    campaign = await meadow.campaign()
    link = await meadow.link(campaign, await meadow.customer())
    other = await meadow.link(campaign, await meadow.customer(phone("+491709998888")))
    browser = await meadow.browser().open(link)

    for left in range(TRIES - 1, 0, -1):
        await browser.press(OPEN, typed=WRONG_END)
        assert browser.status == 422
        assert (f"{left} more tries" if left > 1 else "One more try") in browser.page
    await browser.press(OPEN, typed=WRONG_END)
    assert browser.status == 429
    assert "in 15 minutes" in browser.page

    again = await meadow.browser().open(link)
    assert (await again.press(OPEN, typed=END)).status == 429
    assert CANARY in (await (await meadow.browser().open(other)).press(OPEN, typed="8888")).page
    meadow.time.pass_by(PAUSE)
    assert CANARY in (await (await again.open(link)).press(OPEN, typed=END)).page
    assert [row["action"] for row in await meadow.rows("audit_entries")].count("link.paused") == 1


async def test_what_opens_one_link_opens_no_other(meadow: Meadow) -> None:
    campaign = await meadow.campaign()
    link = await meadow.link(campaign, await meadow.customer())
    other = await meadow.link(campaign, await meadow.customer(phone("+491709998888")))

    browser = await (await meadow.browser().open(other)).press(OPEN, typed=END)

    assert browser.status == 422
    opened = await (await meadow.browser().open(link)).press(OPEN, typed=END)
    carried = {"proof": opened.field("proof"), "button": "3"}
    reply = await meadow.client(**{"Sec-Fetch-Site": "same-origin"}).post(other, data=carried)
    assert reply.status_code == 303
    assert reply.headers["location"] == other


async def test_a_button_leads_where_the_page_says_and_counts_once(meadow: Meadow) -> None:
    link = await meadow.written_to()
    browser = await (await meadow.browser().open(link)).press(OPEN, typed=END)
    policy = browser.reply.headers["content-security-policy"] if browser.reply else ""

    await browser.press("To the roses")

    assert browser.status == 303
    assert browser.reply is not None
    assert browser.reply.headers["location"] == TARGET
    assert "form-action 'self' https://shop.example.org;" in policy
    assert [*await meadow.steps(link)] == ["opened", "passed", "clicked"]


@pytest.mark.parametrize(
    "button",
    [
        "1",
        "0",
        "99",
        "-1",
        "3.0",
        "\uff13",
        "",
        "https://evil.example",
        "//evil.example",
        "3\r\nX: y",
    ],
)
async def test_a_button_that_is_none_leads_back_to_the_gate(meadow: Meadow, button: str) -> None:
    link = await meadow.written_to()
    browser = await (await meadow.browser().open(link)).press(OPEN, typed=END)
    carried = {"proof": browser.field("proof"), "button": button, "next": "https://evil.example"}

    reply = await meadow.client(**{"Sec-Fetch-Site": "same-origin"}).post(link, data=carried)

    assert reply.status_code == 303
    assert reply.headers["location"] == link
    assert "clicked" not in await meadow.steps(link)


async def test_a_proof_does_not_last(meadow: Meadow) -> None:
    link = await meadow.written_to()
    browser = await (await meadow.browser().open(link)).press(OPEN, typed=END)
    meadow.time.pass_by(timedelta(minutes=30))

    await browser.press("To the roses")

    assert browser.reply is not None
    assert browser.reply.headers["location"] == link


async def test_age_is_judged_before_anything_else_and_kept_nowhere(meadow: Meadow) -> None:
    link = await meadow.written_to(category=Category.ALCOHOL)
    browser = await meadow.browser().open(link)

    young = await browser.press(OPEN, year="2020", typed=END)
    assert young.status == 403
    assert CANARY not in young.page
    assert await meadow.rows("gate_tries") == []
    assert await meadow.steps(link) == {}

    unsure = await (await browser.open(link)).press(OPEN, year="2012", typed=END)
    assert "I have turned 18" in unsure.page
    opened = await (await browser.open(link)).press(OPEN, year="1980", typed=END)
    assert CANARY in opened.page
    rows = [await meadow.rows(each) for each in ("campaign_recipients", "audit_entries")]
    assert "1980" not in str(rows)


async def test_an_open_gate_shows_the_page_at_once_and_counts_nobody(meadow: Meadow) -> None:
    link = await meadow.written_to(gate=GateKind.NONE)

    browser = await meadow.browser().open(f"{link}?before=1")
    assert "This is not for me" in browser.page
    assert CANARY not in browser.page
    await browser.open(link)
    assert CANARY in browser.page
    await browser.press("To the roses")

    assert browser.status == 303
    assert await meadow.steps(link) == {}


async def test_an_open_gate_with_an_age_asks_for_that_alone(meadow: Meadow) -> None:
    ticked = await meadow.written_to(gate=GateKind.NONE, minimum_age=16)
    browser = await meadow.browser().open(ticked)
    assert CANARY not in browser.page
    assert 'name="typed"' not in browser.page

    reply = await browser.client.post(
        ticked, data={"old_enough": "1"}, headers={"Sec-Fetch-Site": "same-origin"}
    )

    assert CANARY in reply.text
    assert await meadow.steps(ticked) == {}  # a program ticks boxes, too
    typed = await meadow.written_to(
        phone("+491709998888"), gate=GateKind.NONE, category=Category.TOBACCO
    )
    await (await meadow.browser().open(typed)).press(OPEN, year="1980")
    assert [*await meadow.steps(typed)] == ["opened", "passed"]


async def test_by_e_mail_the_whole_address_is_asked_for(meadow: Meadow) -> None:
    link = await meadow.written_to(email())
    browser = await meadow.browser().open(link)
    assert "Your e-mail address" in browser.page

    assert (await browser.press(OPEN, typed="anna@example.com")).status == 422
    await browser.press(OPEN, typed="anna@EXAMPLE.org")

    assert CANARY in browser.page


async def test_stopping_needs_what_opening_needs(meadow: Meadow) -> None:
    link = await meadow.written_to()
    browser = await meadow.browser().open(f"{link}/stop")

    assert (await browser.press(STOP, typed=WRONG_END)).status == 422
    assert await meadow.rows("suppressions") == []
    await browser.press(STOP, typed=END)

    assert "sends no more advertising to this number" in browser.page
    assert [row["kind"] for row in await meadow.rows("suppressions")] == ["marketing"]
    assert [*await meadow.steps(link)] == ["opted_out"]  # Nothing was typed to come in.


@pytest.mark.parametrize("act", ["stop", "not-me"])
async def test_what_is_stopped_is_that_number_or_that_address_and_no_page_says_more(
    meadow: Meadow, act: str
) -> None:
    by_text = await meadow.browser().open(f"{await meadow.written_to()}/{act}")
    by_mail = await meadow.browser().open(f"{await meadow.written_to(email())}/{act}")

    for page, before, after in (
        (by_text, "to this number, neither by text nor by WhatsApp", "offers by e-mail, too?"),
        (by_mail, "to this e-mail address", "offers on your telephone, too?"),
    ):
        assert f"sends no more advertising {before}" in page.page
        typed = END if page is by_text else "anna@example.org"
        await page.press(STOP if act == "stop" else NOT_MINE, typed=typed)
        assert f"sends no more advertising {before}" in page.page
        assert after in page.page


async def test_who_is_not_meant_hears_no_more_and_staff_can_see_it(meadow: Meadow) -> None:
    link = await meadow.written_to()
    browser = await meadow.browser().open(f"{link}/not-me")
    assert "Ask them to show it to you" in browser.page

    await browser.press(NOT_MINE, typed=END)

    assert len(await meadow.rows("suppressions")) == 1
    assert "link.disowned" in [row["action"] for row in await meadow.rows("audit_entries")]
    assert await meadow.rows("messages") == []


async def test_a_code_goes_to_where_the_message_went_and_opens_the_page(meadow: Meadow) -> None:
    link = await meadow.written_to(gate=GateKind.CODE)
    browser = await meadow.browser().open(link)

    await browser.press("Get a code", typed=WRONG_END)
    assert meadow.dealt.codes == []
    await browser.press("Get a code", typed=END)
    assert "Enter the code" in browser.page
    assert CANARY not in browser.page
    assert (await browser.press(OPEN, typed=meadow.dealt.wrong)).status == 422
    await browser.press(OPEN, typed=meadow.dealt.latest)

    assert CANARY in browser.page
    assert [*await meadow.steps(link)] == ["opened", "passed"]


async def test_a_code_that_is_waited_for_is_not_sent_twice(meadow: Meadow) -> None:
    link = await meadow.written_to(gate=GateKind.CODE)
    browser = await (await meadow.browser().open(link)).press("Get a code", typed=END)

    await (await browser.open(link)).press("Get a code", typed=END)

    assert len(meadow.dealt.codes) == 1
    assert CANARY in (await browser.press(OPEN, typed=meadow.dealt.latest)).page


async def test_a_code_is_nothing_without_the_end_of_the_number(meadow: Meadow) -> None:
    campaign = await meadow.campaign(gate=GateKind.CODE)
    link = await meadow.link(campaign, await meadow.customer())
    other = await meadow.link(campaign, await meadow.customer(phone("+491709998888")))
    browser = await (await meadow.browser().open(link)).press("Get a code", typed=END)
    client = meadow.client(**{"Sec-Fetch-Site": "same-origin"})

    bare = await client.post(f"{link}/codes", data={"typed": meadow.dealt.latest, "proof": ""})
    carried = {"typed": meadow.dealt.latest, "proof": browser.field("proof")}
    foreign = await client.post(f"{other}/codes", data=carried)

    assert CANARY not in bare.text + foreign.text
    assert {bare.status_code, foreign.status_code} == {422}


async def test_links_that_lead_nowhere_answer_alike(meadow: Meadow) -> None:
    campaign = await meadow.campaign()
    link = await meadow.link(campaign, await meadow.customer())
    client = meadow.client()
    unknown = await client.get("/c/0123456789abcdefghjkmnpqrs"[:29])
    await meadow.save(campaign, links_live_until=meadow.time() - timedelta(seconds=1))
    over = await client.get(link)
    await meadow.save(campaign, links_live_until=None)
    async with meadow.services.storage.begin(meadow.organisation.id) as transaction:
        await transaction.run(
            "update campaign_recipients set customer_id = null, contact_id = null"
            " where number = :number",
            number=named_by(link).recipient,
        )
    erased = await client.get(link)

    assert {each.status_code for each in (unknown, over, erased)} == {404}
    assert unknown.content == over.content == erased.content
    own = {"x-request-id", "date"}
    heads = [
        {k: v for k, v in each.headers.items() if k not in own} for each in (unknown, over, erased)
    ]
    assert heads[0] == heads[1] == heads[2]


async def test_the_language_is_that_of_the_message_until_another_is_chosen(meadow: Meadow) -> None:
    link = await meadow.written_to(locale="de")
    browser = await meadow.browser().open(link, "en")
    assert 'lang="de"' in browser.page
    assert "Eine Nachricht für Sie" in browser.page

    await browser.open(f"{link}?lang=en")
    await browser.press(OPEN, typed=END)

    assert "In English" in browser.page


PURPOSES = {"de": "Sie wollten unsere Angebote.", "fr": "Vous vouliez nos offres."}


@pytest.mark.parametrize(
    ("locale", "chosen", "said", "written_in"),
    [
        ("de", "", "Sie wollten unsere Angebote.", "de"),
        ("de-AT", "", "Sie wollten unsere Angebote.", "de"),
        ("en", "", "You asked to hear of our offers.", "en"),
        ("en", "?lang=de", "Sie wollten unsere Angebote.", "de"),
        ("fr", "", "Vous vouliez nos offres.", "fr"),
        ("de", "?lang=en", "Sie wollten unsere Angebote.", "de"),
        ("tr", "", "You asked to hear of our offers.", "en"),
    ],
)
async def test_why_it_came_is_read_in_the_language_of_the_message_or_the_chosen_one(
    meadow: Meadow, locale: str, chosen: str, said: str, written_in: str
) -> None:
    link = await meadow.written_to(locale=locale, purposes=PURPOSES)

    shown = (await meadow.client().get(f"{link}{chosen}")).text

    assert f">{said}</p>" in shown
    # Whoever hears the page read to them hears each language spoken as it is.
    is_other = f'<html lang="{written_in}"' not in shown
    assert (f'<p class="why" lang="{written_in}">' in shown) is is_other


async def test_whatsapp_is_named(meadow: Meadow) -> None:
    link = await meadow.written_to(channel=Channel.WHATSAPP)

    assert "by WhatsApp" in (await meadow.browser().open(link)).page


async def test_whoever_waits_for_a_code_presses_no_button_of_the_page(meadow: Meadow) -> None:
    link = await meadow.written_to(gate=GateKind.CODE)
    browser = await (await meadow.browser().open(link)).press("Get a code", typed=END)
    carried = {"proof": browser.field("proof"), "button": "3"}

    reply = await meadow.client(**{"Sec-Fetch-Site": "same-origin"}).post(link, data=carried)

    assert reply.headers["location"] == link
