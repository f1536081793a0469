"""Paper, as whoever holds it sees it: which words stand where, and what squares say."""

from collections.abc import Sequence
from dataclasses import dataclass

import pypdfium2  # type: ignore[import-untyped]
import zxingcpp
from PIL.Image import Image

MM = 72 / 25.4
DOTS_PER_INCH = 200


@dataclass(frozen=True)
class Mark:
    """A character, and where it stands: millimetres from the top left corner of the page."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Area:
    left: float
    top: float
    right: float
    bottom: float

    def touches(self, mark: Mark) -> bool:
        across = mark.left < self.right and mark.right > self.left
        return across and mark.top < self.bottom and mark.bottom > self.top


def text_of(pdf: bytes, page: int = 0) -> str:
    words: str = pypdfium2.PdfDocument(pdf)[page].get_textpage().get_text_bounded()
    return words


def pages_of(pdf: bytes) -> int:
    return len(pypdfium2.PdfDocument(pdf))


def size_of(pdf: bytes) -> tuple[int, int]:
    """Give how wide and how high the paper is, in millimetres."""
    width, height = pypdfium2.PdfDocument(pdf)[0].get_size()
    return round(width / MM), round(height / MM)


def marks_of(pdf: bytes) -> Sequence[Mark]:
    """Give what is drawn as text on the first page; spaces are not drawn."""
    page = pypdfium2.PdfDocument(pdf)[0]
    height, text = page.get_height(), page.get_textpage()
    found = []
    for at in range(text.count_chars()):
        # A hyphen at the end of a line is one to us, whatever becomes of the word.
        mark = text.get_text_range(at, 1).replace("\ufffe", "-")
        if not mark.strip():
            continue
        left, bottom, right, top = text.get_charbox(at)
        found.append(Mark(mark, left / MM, (height - top) / MM, right / MM, (height - bottom) / MM))
    return found


def seen(pdf: bytes) -> Image:
    image: Image = pypdfium2.PdfDocument(pdf)[0].render(scale=DOTS_PER_INCH / 72).to_pil()
    return image


def squares_on(image: Image) -> dict[str, Area]:
    """Decode the squares on a page, and say where they stand, in millimetres."""
    dots = image.width / 210
    found = {}
    for square in zxingcpp.read_barcodes(image):
        corners = square.position
        places = (corners.top_left, corners.top_right, corners.bottom_left, corners.bottom_right)
        across, down = [each.x / dots for each in places], [each.y / dots for each in places]
        found[square.text] = Area(min(across), min(down), max(across), max(down))
    return found
