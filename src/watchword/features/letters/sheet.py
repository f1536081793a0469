"""What stands on a letter, as data: whoever draws it adds no words of their own."""

# ruff: noqa: RUF001 - apostrophes and letters are those of their languages

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from babel.dates import format_date
from msgspec import Struct

from watchword.features.letters.envelope import Addressed
from watchword.features.letters.rules import TAG_BEGIN, Content, grouped_tag
from watchword.features.templates.rules import group

PARAGRAPHS = "\n\n"
Paper: TypeAlias = Literal["a4", "us-letter"]
"""On what a letter is printed. The marks for folding are those of A4."""


class Words(Struct, frozen=True):
    """What we say beside the organisation's own words."""

    until: str
    page: str
    returns: str


class Sheet(Struct, frozen=True):
    """One letter, ready to be drawn. Where `parts` has nothing, the code stands."""

    organisation: str
    language: str
    title: str
    address: tuple[str, ...]
    address_size: float
    date: str
    issued: tuple[int, int, int]
    parts: tuple[str | None, ...]
    code: str
    page: str
    tag: str
    scanned_tag: str
    words: Words
    size: float = 10
    code_size: float = 20
    paper: Paper = "a4"

    def __repr__(self) -> str:
        return "Sheet(…)"


@dataclass(frozen=True, slots=True)
class Look:
    """How large letters are set."""

    size: float
    code_size: float


USUAL, LARGE = Look(10, 20), Look(14, 28)

WORDS: Mapping[str, Words] = {
    "de": Words(
        "Gültig bis {date}.",
        "Geben Sie ihn auf dieser Seite ein, oder scannen Sie das große Quadrat:",
        "Zurück an den Absender? Dieses Zeichen nennt den Brief.",
    ),
    "en": Words(
        "Valid until {date}.",
        "Enter it on this page, or scan the large square:",
        "Returned to sender? This mark names the letter.",
    ),
    "es": Words(
        "Válido hasta el {date}.",
        "Introdúzcalo en esta página o escanee el cuadrado grande:",
        "¿Devuelta al remitente? Esta marca identifica la carta.",
    ),
    "fr": Words(
        "Valable jusqu’au {date}.",
        "Saisissez-le sur cette page ou scannez le grand carré :",
        "Retour à l’expéditeur ? Ce signe désigne la lettre.",
    ),
    "it": Words(
        "Valido fino al {date}.",
        "Inseriscilo in questa pagina o scansiona il quadrato grande:",
        "Al mittente? Questo segno indica la lettera.",
    ),
    "nl": Words(
        "Geldig tot {date}.",
        "Vul hem in op deze pagina, of scan het grote vierkant:",
        "Retour afzender? Dit teken noemt de brief.",
    ),
    "pl": Words(
        "Ważny do {date}.",
        "Wpisz go na tej stronie lub zeskanuj duży kwadrat:",
        "Zwrot do nadawcy? Ten znak oznacza list.",
    ),
    "tr": Words(
        "{date} tarihine kadar geçerlidir.",
        "Bu sayfada girin veya büyük kareyi tarayın:",
        "Gönderene iade mi? Bu işaret mektubu belirtir.",
    ),
}


def written(
    content: Content,
    address: Addressed,
    *,
    organisation: str,
    page: str,
    issued: datetime,
    not_after: datetime,
    look: Look = USUAL,
) -> Sheet:
    """Put a letter together. Its day is that on which it was asked for: its life counts from it."""
    language = content.locale if content.locale in WORDS else "en"
    words, code = WORDS[language], group(content.code or "")
    until = format_date(not_after, "long", locale=language)
    return Sheet(
        organisation=organisation,
        language=language,
        title=_without(content.subject or organisation, code, content.code),
        address=address.lines,
        address_size=address.size,
        date=format_date(issued, "long", locale=language),
        issued=(issued.year, issued.month, issued.day),
        parts=(*_parts(content.text, code),),
        code=code,
        page=page,
        tag=grouped_tag(content.tag),
        scanned_tag=TAG_BEGIN + content.tag,
        words=Words(words.until.format(date=until), words.page, words.returns),
        size=look.size,
        code_size=look.code_size,
    )


def _parts(text: str, code: str) -> Iterator[str | None]:
    """Give the paragraphs; the first that is the code alone is where it is set large."""
    is_set = not code
    for paragraph in filter(str.strip, text.split(PARAGRAPHS)):
        tidy = " ".join(paragraph.split())
        if tidy == code:
            if not is_set:
                yield None
            is_set = True
        else:
            yield tidy
    if not is_set:
        yield None


def _without(title: str, *codes: str | None) -> str:
    """Keep codes out of the title: readers of files show it before a letter is opened."""
    for code in filter(None, codes):
        title = title.replace(code, "…")
    return title
