"""Marketing means some customers, writes to them, and sees what came of it: in a real browser."""

import re
from datetime import timedelta
from tempfile import TemporaryDirectory

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.features.audiences.crowd import Crowd
from tests.web.chromium import launched
from tests.web.console.exhibition import COOKIE, Exhibition, exhibition
from watchword.features.campaigns.links.rules import Named, RecipientNumber
from watchword.features.campaigns.recipients.rules import Step
from watchword.features.campaigns.recipients.store import RecipientStore
from watchword.features.delivery.rules import Accepted, ProviderName

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

DESK: ViewportSize = {"width": 1280, "height": 844}
PHONE: ViewportSize = {"width": 390, "height": 844}
IS_ON_TOP = """one => {
  const at = one.getBoundingClientRect();
  return one.contains(document.elementFromPoint(at.x + 8, at.y + 2));
}"""
AS_TYPED = "%Y-%m-%dT%H:%M"


async def test_from_a_draft_to_results_on_a_desktop() -> None:
    with TemporaryDirectory() as folder:
        async with exhibition(folder, is_full=False) as (shown, address), launched("pages") as one:
            crowd = Crowd(shown.services, shown.colleague)  # type: ignore[arg-type]
            for points in (50, 500, 700):
                await crowd.come(points=points)
            context = await one.new_context(base_url=address, locale="de", viewport=DESK)
            await context.add_cookies(
                [{"name": COOKIE, "value": shown.cookie.reveal(), "url": address}]
            )
            page = await context.new_page()
            said: list[str] = []
            page.on("console", lambda message: said.append(message.text))
            page.on("pageerror", lambda fault: said.append(str(fault)))

            await _mean_some(page)
            await _write(page, shown)
            await _let_it_out(page, shown)
            await _look_at_results(page)
            assert said == []


@pytest.mark.parametrize("has_script", [True, False], ids=["with script", "without"])
async def test_on_a_telephone_whoever_looks_it_over_sees_the_outcome(*, has_script: bool) -> None:
    with TemporaryDirectory() as folder:
        async with exhibition(folder, is_full=False) as (shown, address), launched("pages") as one:
            context = await one.new_context(
                base_url=address, locale="de", viewport=PHONE, java_script_enabled=has_script
            )
            await context.add_cookies(
                [{"name": COOKIE, "value": shown.cookie.reveal(), "url": address}]
            )
            page = await context.new_page()
            await page.goto("/console/campaigns/new")
            await page.get_by_label("Name", exact=True).fill("Roses")
            await page.get_by_label("Deutsch", exact=True).fill("Hallo {name}, Rosen " * 40)
            await page.get_by_role("button", name="Prüfen").click()

            outcome = page.get_by_role("heading", name="Was dabei herauskommt")
            await expect(outcome).to_be_in_viewport()
            # What stays on top of a small screen hides nothing of it.
            assert await outcome.evaluate(IS_ON_TOP)
            await expect(page.get_by_text("Gespeichert ist das noch nicht")).to_be_in_viewport()


async def _mean_some(page: Page) -> None:
    await page.goto("/console/audiences/new")
    await expect(page.locator(".total strong")).to_have_text("3")
    await page.get_by_label("Name", exact=True).fill("With many points")
    # It is counted while one types, without a button.
    await page.get_by_label("Mindestens").fill("100")
    await expect(page.locator(".total strong")).to_have_text("2")
    await page.get_by_role("button", name="Speichern").click()
    await expect(page.get_by_role("status").first).to_contain_text("Die Zielgruppe ist gespeichert")


async def _write(page: Page, shown: Exhibition) -> None:
    await page.goto("/console/campaigns/new")
    await page.get_by_label("Name", exact=True).fill("Roses")
    await page.get_by_label("Zielgruppe").select_option(label="With many points")
    await page.get_by_label("Warum jemand sie erhält (Deutsch)").fill("Sie wollten Angebote.")
    await page.get_by_label("Wofür sie wirbt").select_option(label="Nichts Reguliertes")
    await _choose_the_way(page)
    await page.get_by_label("Deutsch", exact=True).fill("Hallo {name}, 20 % auf Rosen")
    await expect(page.locator(".phone .text").first).to_contain_text("Hallo Anna, 20 % auf Rosen")
    await expect(page.locator(".lacks")).to_contain_text("Sagen Sie, wann sie endet")
    now = shown.time() + timedelta(hours=1)  # by the clock of the organisation, which is ahead
    await expect(page.get_by_label("Tag und Uhrzeit")).to_be_hidden()
    await page.get_by_label("Zu einem Zeitpunkt, den Sie wählen").check()
    await page.get_by_label("Tag und Uhrzeit").fill(
        (now + timedelta(minutes=10)).strftime(AS_TYPED)
    )
    await page.get_by_label("Endet").fill((now + timedelta(days=2)).strftime(AS_TYPED))
    await expect(page.locator(".lacks")).to_have_count(0)
    await page.get_by_role("button", name="Entwurf speichern").click()
    await page.get_by_role("button", name="Einplanen").click()
    await expect(page.locator("main")).to_contain_text("Sie beginnt von selbst, wenn es Zeit ist")


async def _choose_the_way(page: Page) -> None:
    """A subject is asked for as soon as the way is one that has it."""
    subject = page.get_by_label("Betreff (Deutsch)")
    await expect(subject).to_be_hidden()
    await page.locator('select[name="channel"]').select_option("email")
    await expect(subject).to_be_visible()
    await page.locator('select[name="channel"]').select_option("sms")
    await expect(subject).to_be_hidden()


async def _let_it_out(page: Page, shown: Exhibition) -> None:
    services, whose = shown.services, shown.organisation.id
    shown.time.pass_by(timedelta(minutes=11))
    for _ in range(4):
        await services.of_campaigns.course.advance(lambda: True)
        for each in await services.deliveries.claim(ProviderName("nordnetz-sms"), 64):
            await services.deliveries.open(each)
            await services.deliveries.settle(each, Accepted(None), knows_repeats=False, chance=0.5)
    [campaign] = (await services.campaigns.page(whose, None, 9)).items
    async with services.storage.begin(whose) as transaction:
        store = RecipientStore(transaction, whose)
        for step in (Step.OPENED, Step.PASSED):
            await store.mark(Named(campaign.number, RecipientNumber(1)), step)
    await page.reload()
    await expect(page.locator("main")).to_contain_text("2 von 2 waren schon an der Reihe")


async def _look_at_results(page: Page) -> None:
    await page.get_by_role("link", name="Ergebnisse").click()
    funnel = page.locator("table.funnel")
    await expect(funnel).to_contain_text(re.compile(r"Gesendet\s*2\s*100\s*%"))
    await expect(funnel).to_contain_text(re.compile(r"Kamen durch die Schranke\s*1\s*50\s*%"))
    async with page.expect_download() as started:
        await page.get_by_role("link", name="Als Tabelle herunterladen").click()
    assert (await started.value).suggested_filename == "results.csv"
