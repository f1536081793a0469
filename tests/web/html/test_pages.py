"""What is true of every page."""

import httpx
import pytest

from tests.web.html.reading import Reading, read
from tests.web.html.stage import HTML, MAILBOX, PHONE, Stage
from watchword.features.contacts.channels import Channel
from watchword.web.html.devices import SHOWN_AT_MOST

OPEN = ["/", "/sandbox", f"/sandbox?address=%2B{PHONE[1:]}", "/sandbox?address=abc", "/docs"]
EVERYWHERE = [*OPEN, "/no/such/page"]
LANGUAGES = ["de", "en"]
BYTES_AT_MOST, REQUESTS_AT_MOST = 60_000, 3

everywhere = pytest.mark.parametrize("path", EVERYWHERE)
in_each_language = pytest.mark.parametrize("language", LANGUAGES)


async def opened(stage: Stage, path: str, language: str = "en") -> httpx.Response:
    """Open a page on which there is something to see."""
    organisation = await stage.found()
    await stage.deliver(organisation)
    await stage.deliver(organisation, to=MAILBOX, channel=Channel.EMAIL, subject="Ihr Code")
    return await stage.pages.get(path, headers={"Accept-Language": language})


def parts(reading: Reading) -> list[str]:
    """Give what a browser fetches for a page besides the page."""
    sheets = [each for each in reading.all("link") if each.attributes["rel"] == "stylesheet"]
    icons = [each for each in reading.all("link") if each.attributes["rel"] == "icon"]
    links = [each.attributes["href"] for each in (*sheets, *icons)]
    scripts = [each.attributes["src"] for each in reading.all("script")]
    return [address for address in (*links, *scripts) if not address.startswith("data:")]


@everywhere
@in_each_language
async def test_a_page_is_written_rightly(stage: Stage, path: str, language: str) -> None:
    reading = read((await opened(stage, path, language)).text)

    ids = reading.ids()
    levels = [int(each.name[1]) for each in reading.elements if each.name in {"h1", "h2", "h3"}]
    named = {
        name
        for each in reading.elements
        for key in ("aria-labelledby", "aria-describedby", "for")
        for name in each.attributes.get(key, "").split()
    }
    assert reading.faults == []
    assert len(ids) == len({*ids})
    assert named <= {*ids}
    assert levels.count(1) == 1
    assert reading.one("title").words.endswith(" · Watchword")
    assert reading.one("html").attributes["lang"] == language


@everywhere
async def test_nothing_stands_inline_and_nothing_comes_from_elsewhere(
    stage: Stage, path: str
) -> None:
    reply = await opened(stage, path)
    reading = read(reply.text)

    assert not reading.all("style")
    assert all("src" in each.attributes and not each.words for each in reading.all("script"))
    for element in reading.elements:
        assert "style" not in element.attributes
        assert not [name for name in element.attributes if name.startswith("on")]
    for address in reading.addresses():
        assert address.startswith(("/", "#", "data:image/svg+xml"))
        assert not address.startswith("//")


@everywhere
async def test_the_browser_is_told_to_hold_to_that(stage: Stage, path: str) -> None:
    reply = await opened(stage, path)
    rules = dict(
        rule.split(" ", 1) for rule in reply.headers["Content-Security-Policy"].split("; ")
    )

    assert rules.pop("img-src") == "'self' data:"
    assert {rules.pop(name) for name in ("style-src", "script-src", "connect-src")} == {"'self'"}
    assert rules.pop("form-action") == "'self'"
    assert rules.keys() == {"default-src", "base-uri", "frame-ancestors"}
    assert {*rules.values()} == {"'none'"}
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["Referrer-Policy"] == "no-referrer"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


@everywhere
async def test_a_page_is_light(stage: Stage, path: str) -> None:
    reply = await opened(stage, path)
    needed = parts(read(reply.text))
    fetched = [await stage.pages.get(part) for part in needed]

    assert len(needed) + 1 <= REQUESTS_AT_MOST
    assert sum(len(each.content) for each in (reply, *fetched)) <= BYTES_AT_MOST


async def test_the_sandbox_is_light_however_much_arrives(stage: Stage) -> None:
    organisation = await stage.found(name="Volksbank Großenhain-Riesa eG")
    for number in range(SHOWN_AT_MOST + 5):
        await stage.deliver(
            organisation,
            to=f"{number}.anneliese.von.wangenheim@gartenfreunde.example",
            channel=Channel.EMAIL,
            subject="481516 ist Ihr Code für Volksbank Großenhain-Riesa eG",
            text="Unsere Mitarbeitenden fragen Sie nie nach diesem Code. " * 8,
        )

    reply = await stage.pages.get("/sandbox", headers={"Accept-Language": "de"})
    fetched = [await stage.pages.get(part) for part in parts(read(reply.text))]

    assert len(read(reply.text).with_class("message")) == SHOWN_AT_MOST
    assert sum(len(each.content) for each in (reply, *fetched)) <= BYTES_AT_MOST


async def test_its_parts_may_be_kept_for_ever_because_their_names_change_with_them(
    stage: Stage,
) -> None:
    for part in parts(read(await stage.read("/sandbox"))):
        reply = await stage.pages.get(part)

        assert "immutable" in reply.headers["Cache-Control"]
        assert reply.headers["Content-Type"].startswith(("text/css", "text/javascript"))
        assert (await stage.pages.get(part.replace(".", ".0", 1))).status_code == 404


@pytest.mark.parametrize(
    ("asked", "header", "got"),
    [
        ("", "", "en"),
        ("", "de", "de"),
        ("", "de-AT,de;q=0.9,en;q=0.8", "de"),
        ("", "fr-FR,fr;q=0.9,de;q=0.3,en;q=0.2", "de"),
        ("", "en;q=0.2, de;q=0.7", "de"),
        ("", "de;q=0, en", "en"),
        ("", "tlh", "en"),
        ("", "de;q=much", "en"),
        ("de", "en", "de"),
        ("en", "de", "en"),
        ("tlh", "de", "de"),
    ],
)
async def test_a_reader_gets_the_language_that_fits_best(
    stage: Stage, asked: str, header: str, got: str
) -> None:
    path = f"/?lang={asked}" if asked else "/"

    assert read(await stage.read(path, header)).one("html").attributes["lang"] == got


async def test_a_language_that_was_chosen_stays_chosen_on_the_next_page(stage: Stage) -> None:
    links = [*read(await stage.read("/sandbox?lang=de&address=abc")).addresses()]

    assert "/docs?lang=de" in links
    assert "/sandbox?address=abc&lang=en" in links


async def test_people_who_are_lost_are_told_so_in_peace(stage: Stage) -> None:
    reply = await stage.pages.get("/no/such/page", headers={"Accept-Language": "de"})

    assert reply.status_code == 404
    assert "Hier ist nichts" in read(reply.text).one("h1").words


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/x",
        "///evil.example",
        "/%5Cevil.example",
        "/%2Fevil.example?to=//evil.example",
        "/%09/evil.example",
        "/assets/%2F%2Fevil.example",
        "/assets//evil.example",
    ],
)
async def test_people_who_are_lost_are_led_to_nobody_else(stage: Stage, path: str) -> None:
    url = httpx.URL(str(stage.pages.base_url)).copy_with(raw_path=path.encode())

    reply = await stage.pages.get(url)

    assert reply.status_code == 404
    assert "evil" not in reply.text
    assert {"/?lang=de", "/?lang=en"} <= {*read(reply.text).addresses()}


async def test_a_page_under_an_odd_address_leads_to_itself(stage: Stage) -> None:
    url = httpx.URL(str(stage.pages.base_url)).copy_with(raw_path=b"//docs/")

    links = [*read((await stage.pages.get(url)).text).addresses()]

    assert "/docs?lang=de" in links


@pytest.mark.parametrize("accept", ["application/json", "*/*"])
async def test_programs_that_are_lost_get_a_problem_as_ever(stage: Stage, accept: str) -> None:
    for path in ("/no/such/page", "/assets/none.css"):
        reply = await stage.pages.get(path, headers={"Accept": accept})

        assert reply.status_code == 404
        assert reply.headers["Content-Type"] == "application/problem+json"
        assert reply.json()["type"] == "urn:watchword:problem:not-found"
        assert reply.json()["detail"] in {
            "Nothing is found under this address.",
            "There is no such file.",
        }


async def test_the_front_page_leads_everywhere(stage: Stage) -> None:
    links = [each for each in read(await stage.read("/")).addresses() if each.startswith("/")]

    assert {"/sandbox", "/docs", "/openapi.json", "/health/live", "/health/ready"} <= {*links}
    for link in links:
        assert (await stage.pages.get(link, headers=HTML, follow_redirects=True)).status_code == 200
