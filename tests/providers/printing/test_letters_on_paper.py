"""A letter on paper: only the address in the window, the code below the fold, squares that read."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.paper import Area, marks_of, pages_of, seen, squares_on, text_of
from watchword.features.challenges.codes import draw_letters
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.post import Place
from watchword.features.letters.envelope import Addressed, DoesNotFit, addressed
from watchword.features.letters.rules import Content
from watchword.features.letters.sheet import LARGE, USUAL, WORDS, Look, Sheet, written
from watchword.features.templates.rules import TEMPLATES, TemplateName, group, render
from watchword.providers.printing.typesetter import Typesetter

WINDOW = Area(20, 45, 105, 90)
FIRST_FOLD = 105
ADDRESS = 62.7
"""Where the zone of the address begins; the line of the sender stands over it."""
PAGE = "https://codes.example.org/o/gruenland/verify"
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
CODE = draw_letters(lambda among: among - 1).reveal()
TAG = "23456789ABCD"
PRESS = Typesetter()


@dataclass(frozen=True)
class Printed:
    sheet: Sheet
    pdf: bytes


async def printed(
    name: str = "Jörg Müßig-Öztürk",
    street: str = "Hauptstraße 1",
    *,
    locale: str = "de",
    look: Look = USUAL,
    text: str | None = None,
    organisation: str = "Grünland Gärten",
) -> Printed:
    facts = {"code": CODE, "organisation": organisation}
    rendered = render(TemplateName.CODE, locale, Channel.LETTER, facts, 30 * 24 * 60)
    content = Content(
        address="",
        subject=None if rendered.subject is None else rendered.subject.reveal(),
        text=rendered.text.reveal() if text is None else text,
        code=CODE,
        locale=locale,
        tag=TAG,
    )
    fit = addressed(Place(name, street, "10115", "Berlin", "DE"), None, PRESS.face)
    assert isinstance(fit, Addressed), fit
    sheet = written(
        content,
        fit,
        organisation=organisation,
        page=PAGE,
        issued=NOON,
        not_after=NOON + timedelta(days=30),
        look=look,
    )
    [pdf] = await PRESS.draw([sheet])
    return Printed(sheet, pdf)


def check(paper: Printed) -> None:
    """Check what must hold of any letter."""
    marks = marks_of(paper.pdf)
    inside = "".join(mark.text for mark in marks if WINDOW.touches(mark))
    shown = (paper.sheet.organisation, *paper.sheet.address)
    assert {*inside} <= {*"".join(shown)}
    assert len(inside) == len("".join("".join(shown).split()))
    sender = [mark for mark in marks if WINDOW.touches(mark) and mark.bottom < ADDRESS]
    assert "".join(mark.text for mark in sender) == "".join(paper.sheet.organisation.split())
    below = "".join(mark.text for mark in marks if mark.top > FIRST_FOLD)
    above = "".join(mark.text for mark in marks if mark.top <= FIRST_FOLD)
    assert CODE in below
    assert CODE not in above
    assert not any(WINDOW.bottom < mark.top <= FIRST_FOLD for mark in marks), "words on the fold"
    assert all(mark.left >= 5 and mark.right <= 205 for mark in marks)
    assert all(mark.top >= 5 and mark.bottom <= 292 for mark in marks)


@pytest.mark.parametrize("look", [USUAL, LARGE], ids=["usual", "large"])
@pytest.mark.parametrize("locale", [*WORDS])
async def test_only_the_address_shows_and_the_code_is_folded_inside(
    locale: str, look: Look
) -> None:
    paper = await printed(locale=locale, look=look)

    check(paper)
    assert pages_of(paper.pdf) == 1


async def test_the_squares_say_where_the_code_is_typed_and_which_letter_it_is() -> None:
    paper = await printed()

    squares = squares_on(seen(paper.pdf))

    assert {*squares} == {PAGE, f"WWR:{TAG}"}
    assert squares[PAGE].top > FIRST_FOLD
    assert squares[f"WWR:{TAG}"].left > WINDOW.right
    assert not any(CODE in said or group(CODE) in said for said in squares)


async def test_it_says_umlauts_dates_and_instructions_in_the_language_of_the_customer() -> None:
    german, english = text_of((await printed()).pdf), text_of((await printed(locale="en")).pdf)

    assert "Jörg Müßig-Öztürk" in german
    assert "Hauptstraße 1" in german
    assert "Gültig bis 31. Januar 2030." in german
    assert "Geben Sie ihn auf dieser Seite ein" in german
    assert "Valid until January 31, 2030." in english


async def test_it_is_a_file_that_archives_take_with_its_type_inside() -> None:
    pdf = (await printed()).pdf

    assert b"pdfaid:part>2<" in pdf
    assert b"pdfaid:conformance>B<" in pdf
    assert b"/FontFile2" in pdf or b"/FontFile3" in pdf


async def test_no_member_of_the_public_writes_our_templates() -> None:
    name = '#eval("1") $x$ \\ "a" {b}'

    paper = await printed(name, "*bold* _em_ #panic()")

    check(paper)
    assert '#eval("1") $x$ \\ "a" {b}' in text_of(paper.pdf)


async def test_words_of_an_organisation_that_begin_with_the_code_are_below_the_fold_too() -> None:
    paper = await printed(text=f"    {group(CODE)}\n\nViele Grüße", locale="de")

    check(paper)


async def test_words_of_an_organisation_without_a_line_for_the_code_still_show_it() -> None:
    paper = await printed(text="Guten Tag")

    check(paper)


@pytest.mark.parametrize(
    ("name", "street"),
    [
        ("Anna-Maria Theodora Freifrau von und zu Hohenlohe-Waldenburg-Schillingsfürst d. Ä.", "1"),
        ("בנימין כהן", "Hauptstraße 1"),
        ("محمد عبد الله", "Hauptstraße 1"),
        ("Ann Example", "Am Anger"),
        ("Ἀθηνᾶ Παπαδοπούλου", "ул. Ленина 5"),
        ("Ann Example", "Donaudampfschifffahrtsgesellschaftskapitänstraße 12 a, Hinterhaus links"),
    ],
    ids=["80 letters", "hebrew", "arabic", "no house number", "greek", "long street"],
)
async def test_odd_addresses_stand_in_the_window(name: str, street: str) -> None:
    check(await printed(name[:80], street[:80]))


@pytest.mark.parametrize(
    ("name", "because"),
    [
        ("W" * 80, "A word of the address is wider than the window of the envelope."),
        (
            "山田 太郎",
            "Our type cannot draw these characters of the address: U+592A, U+5C71, U+7530.",
        ),
    ],
)
def test_what_does_not_fit_is_refused_beforehand_with_a_reason(name: str, because: str) -> None:
    place = Place(name, "Hauptstraße 1", "10115", "Berlin", "DE")

    assert addressed(place, None, PRESS.face) == DoesNotFit(because)


def test_abroad_the_country_stands_below_in_capitals() -> None:
    place = Place("Ann Example", "1 High Street", "SW1A 1AA", "London", "GB")

    fit = addressed(place, "United Kingdom", PRESS.face)

    assert isinstance(fit, Addressed)
    assert fit.lines[-1] == "UNITED KINGDOM"


words = some.text("abcdefghWMÄß .-'", min_size=1, max_size=80).filter(str.strip)


@settings(max_examples=15, deadline=None)
@given(name=words, street=words)
async def test_whatever_the_address_the_window_holds_it_or_it_is_refused(
    name: str, street: str
) -> None:
    name, street = " ".join(name.split()), " ".join(street.split())
    fit = addressed(Place(name, street, "10115", "Berlin", "DE"), None, PRESS.face)

    if isinstance(fit, Addressed):
        check(await printed(name, street))


async def test_what_is_looked_at_is_a_picture_of_the_same() -> None:
    paper = await printed()

    [picture] = await PRESS.draw([paper.sheet], "png")

    assert picture.startswith(b"\x89PNG")


def test_all_languages_of_letters_have_our_words() -> None:
    assert {*WORDS} == {*TEMPLATES[TemplateName.CODE]}
