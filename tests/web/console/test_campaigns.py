"""Campaigns in the console: written, looked over by two, let out, held, stopped and counted."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from tests.features.audiences.crowd import Crowd
from tests.stores import MovableTime
from tests.web.console.people import Browser, Office
from tests.web.console.test_audiences import crowd
from watchword.features.audiences.rules import Audience, Filter
from watchword.features.campaigns.lifecycle import State
from watchword.features.campaigns.rules import Campaign
from watchword.features.pages.blocks import Heading, Legal, Text
from watchword.features.pages.rules import Page, PageId, Terms, Variants
from watchword.features.staff.permissions import Role

__all__ = ["crowd"]

PATH, PREVIEWS = "/console/campaigns", "/console/campaigns/previews"
ENGLISH = "?lang=en"


@pytest.fixture
async def written(
    office: Office, owner: Browser, crowd: Crowd, time: MovableTime
) -> dict[str, str]:
    """Give what somebody types who writes a whole campaign."""
    for _ in range(2):
        await crowd.come()
    audience = await office.services.audiences.create(crowd.caller, "All", Filter())
    assert isinstance(audience, Audience)
    typed = "%Y-%m-%dT%H:%M"
    return {
        "name": "Roses",
        "audience": str(audience.id),
        "channel": "sms",
        "sender": "Sonnenhof",
        "purpose-de": "News of our shop",
        "category": "general",
        "gate": "none",
        "fallback": "de",
        "text-de": "Hallo {name}, 20 % auf Rosen",
        "starts_at": (time() + timedelta(minutes=10)).strftime(typed),
        "ends_at": (time() + timedelta(days=3)).strftime(typed),
        "days": "30",
    }


async def saved(owner: Browser, office: Office, **said: str) -> Campaign:
    reply = await owner.send(f"{PATH}{ENGLISH}", of=f"{PATH}/new", **said)
    assert reply.status_code == 303, reply.text
    page = await office.services.campaigns.page(office.organisation.id, None, 1)
    return page.items[0]


async def state_of(office: Office, campaign: Campaign) -> tuple[State, int]:
    found = await office.services.campaigns.find(office.organisation.id, campaign.id)
    return found.state, found.version


async def do(browser: Browser, campaign: Campaign, act: str, version: int = 0) -> str:
    here = f"{PATH}/{campaign.id}"
    reply = await browser.send(f"{here}/{act}{ENGLISH}", of=here, version=str(version))
    return reply.headers.get("location", "") or reply.text


async def test_a_draft_is_looked_over_while_it_is_written_and_nothing_is_saved(
    owner: Browser, office: Office, written: dict[str, str]
) -> None:
    reply = await owner.send(f"{PREVIEWS}{ENGLISH}", of=f"{PATH}/new", **written)

    assert re.search(r'class="total"><strong>2</strong>', reply.text)
    assert "Hallo Anna, 20 % auf Rosen\nAbmelden: STOP" in reply.text
    assert "What is missing still" not in reply.text
    page = await office.services.campaigns.page(office.organisation.id, None, 1)
    assert page.items == []


async def test_times_are_those_of_the_organisations_clock(
    owner: Browser, office: Office, written: dict[str, str]
) -> None:
    summer = {"starts_at": "2030-07-01T10:00", "ends_at": "2030-07-02T10:00", "days": "2"}
    campaign = await saved(owner, office, **{**written, **summer})

    assert campaign.draft.starts_at == datetime(2030, 7, 1, 8, tzinfo=UTC)
    assert campaign.draft.links_live_until == datetime(2030, 7, 4, 8, tzinfo=UTC)
    assert 'value="2030-07-01T10:00"' in await owner.read(f"{PATH}/{campaign.id}")


async def test_what_is_missing_is_said_and_nothing_is_scheduled(
    owner: Browser, office: Office, written: dict[str, str]
) -> None:
    campaign = await saved(owner, office, name="Roses")
    shown = await owner.read(f"{PATH}/{campaign.id}{ENGLISH}")

    assert "Say what it advertises." in shown
    assert "Choose an audience." in shown
    assert "/schedules" not in shown
    assert "Something is missing still" in await do(owner, campaign, "schedules", 1)
    assert (await state_of(office, campaign))[0] is State.DRAFT


async def test_what_nobody_has_to_agree_to_is_scheduled_taken_back_and_given_up(
    owner: Browser, office: Office, written: dict[str, str]
) -> None:
    campaign = await saved(owner, office, **written)

    assert "said=scheduled" in await do(owner, campaign, "schedules", 1)
    assert await state_of(office, campaign) == (State.SCHEDULED, 2)
    assert "said=taken_back" in await do(owner, campaign, "withdrawals", 2)
    assert "has gone on meanwhile" in await do(owner, campaign, "pauses")
    await do(owner, campaign, "cancellations")
    assert (await state_of(office, campaign))[0] is State.CANCELLED


async def test_a_regulated_campaign_takes_two_and_never_one(
    owner: Browser, office: Office, crowd: Crowd, written: dict[str, str]
) -> None:
    colleague = await office.enter(Role.MARKETING)
    campaign = await saved(owner, office, **{**written, **await regulated(crowd)})
    here = f"{PATH}/{campaign.id}{ENGLISH}"
    assert "Somebody else has to agree" in await do(owner, campaign, "schedules", 1)
    await do(owner, campaign, "proposals", 1)
    assert f"{campaign.id}/approvals" not in await owner.read(here)
    assert "does not agree to it" in await do(owner, campaign, "approvals", 2)
    assert (await state_of(office, campaign))[0] is State.REVIEW

    calls, page = "The campaign “Roses” waits for you.", f"/console/campaigns/{campaign.id}"
    assert calls not in await owner.read(f"/console{ENGLISH}")
    assert calls in await colleague.read(f"/console{ENGLISH}")
    assert page not in await owner.read(f"/console/approvals{ENGLISH}")
    assert f"{campaign.id}/approvals" in await colleague.read(here)
    assert "said=approved" in await do(colleague, campaign, "approvals", 2)

    assert (await state_of(office, campaign))[0] is State.SCHEDULED
    assert calls not in await colleague.read(f"/console{ENGLISH}")


async def test_whoever_has_to_agree_sees_the_page_as_it_was_published_and_no_draft(
    owner: Browser, office: Office, crowd: Crowd, written: dict[str, str]
) -> None:
    pages, colleague = office.services.pages.pages, await office.enter(Role.MARKETING)
    terms = Terms(name="Roses in May", variants={"de": (Heading(text="Zwanzig Prozent"),)})
    made = await pages.create(crowd.caller, terms)
    assert isinstance(made, Page)
    live = await pages.publish(crowd.caller, made.id, made.version)
    assert isinstance(live, Page)
    later = replace(terms, variants={"de": (Heading(text="Neunzig Prozent"),)})
    await pages.change(crowd.caller, made.id, later, live.version)
    leads = {"page": str(made.id), "text-de": "Hallo {name}, 20 % auf Rosen: {link}"}
    campaign = await saved(
        owner, office, **{**written, **leads, "category": "finance", "minimum_age": "18"}
    )
    await do(owner, campaign, "proposals", 1)

    shown = await colleague.read(f"{PATH}/{campaign.id}{ENGLISH}")

    assert "Roses in May" in shown
    assert "Zwanzig Prozent" in shown
    assert "Neunzig Prozent" not in shown


async def test_saving_a_campaign_takes_its_page_away_from_nobody(
    owner: Browser, office: Office, crowd: Crowd, written: dict[str, str]
) -> None:
    pages = office.services.pages.pages
    made = await pages.create(
        crowd.caller, Terms(name="Roses", variants={"de": (Heading(text="Rosen"),)})
    )
    assert isinstance(made, Page)
    campaign = await saved(owner, office, **{**written, "page": str(made.id)})
    await pages.retire(crowd.caller, made.id)

    shown = await owner.read(f"{PATH}/{campaign.id}{ENGLISH}")

    assert re.search(rf'<option value="{made.id}" selected>', shown)


async def test_by_night_the_page_says_how_many_wait_and_until_when(
    owner: Browser, office: Office, written: dict[str, str], time: MovableTime
) -> None:
    campaign = await saved(owner, office, **written)
    await do(owner, campaign, "schedules", 1)
    local = time().astimezone(ZoneInfo("Europe/Berlin"))
    time.pass_by(timedelta(hours=(22 - local.hour) % 24 or 24))
    for _ in range(3):
        await office.services.of_campaigns.course.advance(lambda: True)

    shown = await (await office.enter(Role.MARKETING)).read(f"{PATH}/{campaign.id}{ENGLISH}")

    assert "2 wait, the first of them until" in shown


async def test_whose_page_was_changed_under_way_goes_on_with_the_one_that_it_began_with(
    owner: Browser,
    office: Office,
    crowd: Crowd,
    written: dict[str, str],
    time: MovableTime,
) -> None:
    colleague = await office.enter(Role.MARKETING)
    campaign = await saved(owner, office, **{**written, **await regulated(crowd)})
    await do(owner, campaign, "proposals", 1)
    await do(colleague, campaign, "approvals", 2)
    time.pass_by(timedelta(minutes=11))
    await office.services.of_campaigns.course.advance(lambda: True)
    await publish(crowd, PageId(UUID(str(campaign.page_id))), 1, "Other words")
    await office.services.of_campaigns.course.advance(lambda: True)

    shown = await owner.read(f"{PATH}/{campaign.id}{ENGLISH}")

    assert (await state_of(office, campaign))[0] is State.RUNNING
    assert "The page was published anew since." in shown
    assert "Other words" not in shown


async def regulated(crowd: Crowd) -> dict[str, str]:
    """Publish a page, and give what somebody types besides who advertises what is regulated."""
    pages = crowd.services.pages.pages
    made = await pages.create(crowd.caller, Terms(name="Roses", variants=variants("Roses")))
    assert isinstance(made, Page)
    await pages.publish(crowd.caller, made.id, 1)
    about = {"category": "finance", "minimum_age": "18", "page": str(made.id), "gate": "last_four"}
    return {**about, "text-de": "Hallo: {link}"}


async def publish(crowd: Crowd, id: PageId, version: int, words: str) -> None:
    pages = crowd.services.pages.pages
    terms = Terms(name="Roses", variants=variants(words))
    changed = await pages.change(crowd.caller, id, terms, version)
    assert isinstance(changed, Page)
    assert isinstance(await pages.publish(crowd.caller, id, changed.version), Page)


def variants(words: str) -> Variants:
    return {"de": (Heading("Rosen"), Text(words), Legal("Sonnenhof"))}


async def test_a_campaign_goes_out_is_held_and_its_results_are_counted(
    owner: Browser, office: Office, written: dict[str, str], time: MovableTime
) -> None:
    campaign = await saved(owner, office, **written)
    await do(owner, campaign, "schedules", 1)
    time.pass_by(timedelta(minutes=11))
    for _ in range(3):
        await office.services.of_campaigns.course.advance(lambda: True)
    assert (await state_of(office, campaign))[0] is State.RUNNING
    assert "said=paused" in await do(owner, campaign, "pauses")
    assert "said=resumed" in await do(owner, campaign, "resumptions")

    shown = await owner.read(f"{PATH}/{campaign.id}/results{ENGLISH}")
    table = await owner.pages.get(f"{PATH}/{campaign.id}/results.csv")

    assert re.search(r"Recipients</td>.*?<td[^>]*>2</td>", shown, re.DOTALL)
    assert table.headers["content-disposition"].startswith("attachment")
    assert '"all","","2"' in table.text


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"starts_at": "tomorrow"}, "Choose a day and a time"),
        ({"minimum_age": "12"}, "Type a whole number from 18 to 25"),
        ({"per_second": "0"}, "This cannot be so"),
        ({"text-de": "x" * 1001}, "This cannot be so"),
        ({"name": ""}, "This cannot be so"),
    ],
)
async def test_what_cannot_be_is_said_beside_the_field(
    owner: Browser, written: dict[str, str], said: dict[str, str], problem: str
) -> None:
    reply = await owner.send(f"{PATH}{ENGLISH}", of=f"{PATH}/new", **{**written, **said})

    assert reply.status_code == 422
    assert problem in reply.text


@pytest.mark.parametrize(
    "typed", ["{{7*7}}", "{0.__class__}", "<script>alert(1)</script>", "${7*7}"]
)
async def test_what_somebody_types_is_read_to_the_letter(
    owner: Browser, written: dict[str, str], typed: str
) -> None:
    said = {**written, "text-de": typed, "purpose-de": typed, "sender": typed[:40], "name": typed}
    reply = await owner.send(f"{PREVIEWS}{ENGLISH}", of=f"{PATH}/new", **said)

    assert "49" not in re.sub(r"\d{5,}", "", reply.text.partition('id="counted"')[2])
    assert "<script>alert" not in reply.text
