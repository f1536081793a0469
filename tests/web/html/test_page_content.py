"""How what is in a landing page is drawn."""

from datetime import UTC, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from tests.stores import NOON
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
from watchword.web.html.page_content import Press, drawn, paragraphs

MUG, SHOT = RewardId(UUID(int=3)), PictureId(UUID(int=4))
SIZES = [Size(width=390, height=200, ticket="aa"), Size(width=780, height=400, ticket="bb")]


def shown(*blocks: Block, locale: str = "en", press: Press | None = None, top: int = 1) -> str:
    content = Content(
        page_id=PageId(UUID(int=1)),
        version=1,
        locale=locale,
        blocks=blocks,
        pictures={SHOT: SIZES},
        offers={MUG: OnOffer(name="Mug", points=1_200, ends_at=NOON + timedelta(hours=11))},
    )
    zone = ZoneInfo("Europe/Berlin")
    return str(drawn(content, pictures="/c/x/pictures/", press=press, zone=zone, top=top))


def test_a_page_says_its_words_in_its_own_language() -> None:
    page = shown(Heading("Nur heute"), Offer("Ein Becher", "Zwei für eins", MUG), locale="de")

    assert '<div class="landing" lang="de">' in page
    assert "für 1.200 Punkte" in page
    assert "bis 01.01.2030" in page
    assert "for 1,200 points" in shown(Offer("A mug", reward_id=MUG))


def test_the_day_is_over_where_the_shop_is() -> None:
    late = OnOffer(name="Mug", points=1, ends_at=NOON + timedelta(hours=11))
    assert late.ends_at is not None
    assert late.ends_at.astimezone(UTC).day == 1
    assert "until Jan 1, 2030" in shown(Offer("A mug", reward_id=MUG))


def test_a_picture_comes_in_the_size_that_a_browser_needs_and_takes_no_room_away() -> None:
    page = shown(Picture(SHOT, 'A "mug"'))

    assert 'srcset="/c/x/pictures/aa 390w, /c/x/pictures/bb 780w"' in page
    assert 'width="780" height="400" alt="A &#34;mug&#34;"' in page
    assert "<img" not in shown(Picture(PictureId(UUID(int=9)), "gone"))


def test_a_button_posts_its_number_and_the_proof_and_says_where_it_leads() -> None:
    press = Press("/c/x/go", (("proof", "p<1>"),))
    page = shown(Text("x"), Button("Go", "https://shop.example.com/a?b=1"), press=press)

    assert '<form method="post" action="/c/x/go" class="way">' in page
    assert '<input type="hidden" name="proof" value="p&lt;1&gt;">' in page
    assert '<button class="primary" name="button" value="2">Go</button>' in page
    assert "leads to shop.example.com" in page
    assert "https://" not in page, "the target itself is not in the page"


def test_one_heading_is_above_all_others() -> None:
    assert "<h1>A</h1>" in shown(Heading("A"), Heading("B"))
    assert "<h2>B</h2>" in shown(Heading("A"), Heading("B"))
    assert "<h1>" not in shown(Heading("A"), top=2)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("one\ntwo", [(["one", "two"], False)]),
        ("one\n\n\n two ", [(["one"], False), (["two"], False)]),
        ("so:\n- a\n- b\nend", [(["so:"], False), (["a", "b"], True), (["end"], False)]),
        ("-a\n-", [(["-a", "-"], False)]),
    ],
)
def test_empty_lines_part_a_text_and_dashes_make_a_list(
    text: str, parts: list[tuple[list[str], bool]]
) -> None:
    assert [(each.lines, each.is_list) for each in paragraphs(text)] == parts


@pytest.mark.parametrize("said", ["{{7*7}}", "{0.__class__}", "${7*7}", "%(x)s", "#{7*7}"])
def test_nothing_is_filled_in(said: str) -> None:
    page = shown(Heading(said), Text(said), Offer(said, said), Button(said, ""), Legal(said))

    assert page.count(said) == 6
