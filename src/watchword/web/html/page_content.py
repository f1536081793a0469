"""How what is in a landing page is drawn: blocks in, HTML out, and nothing else is known or asked.

Whoever calls has opened the page for a `Leave`. Words of ours on it (what a reward costs, where a
button leads) are in the language of the page, not in that of the browser.

A button is a form that posts to its own path, with the proof in a hidden field and its number in
`button`; `Content.target` says where it leads, and 303 leads there. A policy of contents with
`form-action 'self'` would stop browsers at that: it has to name `Content.origins`, too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from urllib.parse import urlsplit

from markupsafe import Markup

from watchword.features.pages.blocks import is_target, kind_of
from watchword.features.pages.content import Content
from watchword.web.html.languages import FALLBACK, LANGUAGES
from watchword.web.html.pages import part

LIST_MARK = "- "


@dataclass(frozen=True, slots=True)
class Press:
    """Where a button posts to, and what it sends along: pairs of name and value."""

    action: str
    fields: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    lines: Sequence[str]
    is_list: bool = False


def drawn(
    content: Content, *, pictures: str, press: Press | None, zone: tzinfo, top: int = 1
) -> Markup:
    """Draw a page. `pictures`: what stands before a ticket in the address of a picture. Without
    `press`, buttons are links, as in a preview. `top`: the level of the first heading."""
    language = LANGUAGES.get(content.locale.partition("-")[0], LANGUAGES[FALLBACK])

    def last_day(end: datetime) -> date:
        return (end.astimezone(zone) - timedelta(microseconds=1)).date()

    return part(
        "pages/content.html",
        language,
        content=content,
        pictures=pictures,
        press=press,
        top=top,
        language=language,
        kind_of=kind_of,
        is_target=is_target,
        paragraphs=paragraphs,
        host_of=host_of,
        last_day=last_day,
    )


def paragraphs(text: str) -> Iterator[Paragraph]:
    """Part a text where lines are empty; lines of a list are a part of their own."""
    lines, is_list = list[str](), False
    for line in [*(each.strip() for each in text.split("\n")), ""]:
        is_item = line.startswith(LIST_MARK)
        if lines and (not line or is_item != is_list):
            yield Paragraph(lines, is_list)
            lines = []
        if line:
            lines.append(line.removeprefix(LIST_MARK))
            is_list = is_item


def host_of(target: str) -> str:
    """Give where a button leads, as far as people look at it."""
    try:
        return urlsplit(target).hostname or ""
    except ValueError:  # somebody is still typing it
        return ""
