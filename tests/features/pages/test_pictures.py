"""Which files are taken as pictures, before anybody opens them."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image

from tests.features.pages.drawn import film, picture, png
from watchword.features.pages.pictures.rules import (
    BYTES_AT_MOST,
    Measure,
    NoPicture,
    PictureKind,
    Seen,
    WhyNoPicture,
    look_at,
)

BROKEN, TAIL, LARGE, MOVES = (
    WhyNoPicture.NOT_A_PICTURE,
    WhyNoPicture.TAIL,
    WhyNoPicture.TOO_LARGE,
    WhyNoPicture.MOVES,
)


@pytest.mark.parametrize("kind", PictureKind)
def test_a_picture_tells_what_it_is_and_how_large(kind: PictureKind) -> None:
    assert look_at(picture(kind.upper(), (321, 123))) == Seen(kind, Measure(321, 123))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (png(50_000, 50_000), LARGE),
        (png(20_000, 10), LARGE),
        (png(2**31, 2**31), LARGE),
        (png(0, 10), BROKEN),
        (film("PNG"), MOVES),
        (film("WEBP"), MOVES),
        (film("GIF"), BROKEN),
        (png(10, 10, tail=b"<script>alert(1)</script>"), TAIL),
        (picture("PNG") + b"PK\x03\x04" + b"\0" * 40, TAIL),
        (picture("WEBP") + b"%PDF-1.7", TAIL),
        (picture("JPEG") + b"PK\x03\x04" + b"\0" * 40, TAIL),
        (picture("JPEG") + picture("JPEG"), TAIL),
        (picture("JPEG") + b"\xff\xd9", TAIL),
        (picture("JPEG")[:-2], BROKEN),
        (picture("JPEG")[:700], BROKEN),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", BROKEN),
        (b"GIF89a/*" + picture("JPEG"), BROKEN),
        (b"\xff\xd8\xff\xd9", BROKEN),
        (b"", BROKEN),
        (b"\x89PNG\r\n\x1a\n" + b"\xff" * (BYTES_AT_MOST), WhyNoPicture.TOO_MANY_BYTES),
    ],
    ids=[
        *("too many dots", "too wide", "lies about its size", "no dots", "film", "film in WebP"),
        *("GIF", "page behind it", "archive behind it", "document behind it", "drawing"),
        *("archive behind a JPEG", "second picture", "second end", "no end", "cut off"),
        *("another kind before it", "nothing in it", "nothing", "too many bytes"),
    ],
)
def test_bombs_films_and_what_is_two_things_at_once_are_refused(
    content: bytes, why: WhyNoPicture
) -> None:
    assert look_at(content) == NoPicture(why)


def test_a_jpeg_that_comes_in_several_scans_is_one_picture() -> None:
    written = BytesIO()
    noise = Image.effect_noise((640, 480), 80).convert("RGB")
    noise.save(written, "JPEG", progressive=True, restart_marker_rows=1)
    content = written.getvalue()
    assert content.count(b"\xff\xda") > 1

    assert look_at(content) == Seen(PictureKind.JPEG, Measure(640, 480))
    assert look_at(content + b"\0") == NoPicture(TAIL)


@given(some.sampled_from([*PictureKind]), some.binary(min_size=1, max_size=400))
def test_nothing_stands_behind_a_picture(kind: PictureKind, tail: bytes) -> None:
    assert look_at(PICTURES[kind] + tail) == NoPicture(TAIL)


def test_a_jpeg_has_one_size() -> None:
    small, large = picture("JPEG", (10, 10)), picture("JPEG", (60_000, 4))
    frame = large.index(b"\xff\xc0")
    again = large[frame : frame + 2 + int.from_bytes(large[frame + 2 : frame + 4])]

    assert look_at(large) == NoPicture(LARGE)
    assert look_at(small[:2] + again + small[2:]) == NoPicture(BROKEN)


@given(some.sampled_from([*PictureKind]), some.integers(0, 400), some.binary(max_size=40))
def test_nothing_that_somebody_writes_in_a_picture_brings_us_down(
    kind: PictureKind, at: int, scribble: bytes
) -> None:
    content = PICTURES[kind]

    assert isinstance(look_at(content[:at] + scribble + content[at + 3 :]), Seen | NoPicture)
    assert isinstance(look_at(content[:at] + scribble), Seen | NoPicture)


PICTURES = {kind: picture(kind.upper(), (40, 30)) for kind in PictureKind}
