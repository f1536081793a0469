"""Letters drawn by Typst, with a typeface of our own: none of the host's is looked at.

What stands on a letter goes in as one JSON value, and is never read as a template.
"""

import asyncio
import io
import threading
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path

import msgspec

from watchword.features.letters.ports import Form
from watchword.features.letters.sheet import Sheet
from watchword.providers.printing.typeface import Typeface, read_typeface

HERE = Path(__file__).parent
FONTS, TEMPLATE = HERE / "fonts", HERE / "letter.typ"
STANDARD = "a-2b"
DOTS_PER_INCH = 144


class Typesetter:
    """Fills the `Printer` port. Nothing is loaded before the first letter is drawn."""

    def __init__(self) -> None:
        self._turn = threading.Lock()

    @cached_property
    def face(self) -> Typeface:
        return read_typeface((FONTS / "DejaVuSans.ttf").read_bytes())

    async def draw(self, sheets: Sequence[Sheet], form: Form = "pdf") -> Sequence[bytes]:
        return await asyncio.to_thread(self._draw, sheets, form)

    def _draw(self, sheets: Sequence[Sheet], form: Form) -> Sequence[bytes]:
        with self._turn:  # one press, however many want something of it
            return [self._drawn(sheet, form) for sheet in sheets]

    def _drawn(self, sheet: Sheet, form: Form) -> bytes:
        drawn = self._compiler.compile(
            format=form,
            ppi=DOTS_PER_INCH,
            sys_inputs={"letter": _written(sheet)},
            pdf_standards=STANDARD if form == "pdf" else [],
        )
        return drawn if isinstance(drawn, bytes) else (drawn or [b""])[0]

    @cached_property
    def _compiler(self):  # type: ignore[no-untyped-def]  # noqa: ANN202 - loaded late: it is large
        import typst  # noqa: PLC0415 - most processes never draw a letter

        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
        )
        return typst.Compiler(
            input=str(TEMPLATE), root=str(HERE), font_paths=fonts, ignore_system_fonts=True
        )


def _written(sheet: Sheet) -> str:
    content = msgspec.to_builtins(sheet)
    squares = {"page_qr": _kept_square(sheet.page), "tag_qr": square(sheet.scanned_tag)}
    return msgspec.json.encode(content | squares).decode()


def square(text: str) -> str:
    """Draw a QR code, as SVG."""
    import segno  # noqa: PLC0415 - likewise

    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", border=4, xmldecl=False)
    return drawn.getvalue().decode()


_kept_square = lru_cache(maxsize=64)(square)
"""The page is the same on all letters of an organisation."""
