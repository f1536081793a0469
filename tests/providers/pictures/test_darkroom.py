"""Pictures drawn anew by a process of its own."""

import asyncio
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.features.pages.drawn import CANARY, picture, png
from watchword.features.pages.pictures.rules import (
    WIDTHS,
    Measure,
    NoPicture,
    PictureKind,
    Print,
    Seen,
    WhyNoPicture,
    are_sane,
    look_at,
)
from watchword.providers.pictures.darkroom import OwnDarkroom

NOTHING = NoPicture(WhyNoPicture.NOT_A_PICTURE)


async def developed(content: bytes) -> tuple[Print, ...]:
    seen = look_at(content)
    assert isinstance(seen, Seen)
    prints = await OwnDarkroom().develop(content, seen, WIDTHS)
    assert isinstance(prints, tuple)
    assert are_sane(prints, seen)
    return prints


@pytest.mark.parametrize("kind", PictureKind)
async def test_a_picture_comes_in_three_widths_and_without_its_past(kind: PictureKind) -> None:
    prints = await developed(picture(kind.upper()))

    assert [each.measure for each in prints] == [(390, 219), (780, 439), (1170, 658)]
    for each in prints:
        drawn = Image.open(BytesIO(each.content))
        assert (drawn.format, drawn.size) == ("WEBP", each.measure)
        assert not drawn.getexif()
        assert {*drawn.info} <= {"loop", "background", "timestamp", "duration"}
        assert CANARY.encode() not in each.content


async def test_a_picture_is_never_drawn_larger_than_it_is() -> None:
    assert [each.measure for each in await developed(picture(size=(500, 200)))] == [
        (390, 156),
        (500, 200),
    ]


async def test_a_camera_that_was_held_upright_is_believed() -> None:
    prints = await developed(picture("JPEG", (1600, 900), turned=True))

    assert prints[0].measure == Measure(390, 693)
    drawn = Image.open(BytesIO(prints[0].content)).convert("RGB")
    assert drawn.getpixel((380, 10))[0] > 200, "the yellow corner is at the right now"  # type: ignore[index]


async def test_what_says_less_than_it_is_stays_closed() -> None:
    large = picture(size=(9_000, 9_000))
    lying = large.replace((9_000).to_bytes(4), (90).to_bytes(4))
    seen = Seen(PictureKind.PNG, Measure(90, 90))

    assert await OwnDarkroom().develop(large, seen, WIDTHS) == NOTHING
    assert await OwnDarkroom().develop(lying, seen, WIDTHS) == NOTHING
    assert await OwnDarkroom().develop(png(5_000, 5_000), seen, WIDTHS) == NOTHING


async def test_another_kind_of_picture_is_not_opened_in_its_name() -> None:
    seen = Seen(PictureKind.JPEG, Measure(40, 40))

    assert await OwnDarkroom().develop(picture("PNG", (40, 40)), seen, WIDTHS) == NOTHING


@pytest.mark.parametrize(
    "program",
    [
        "while True: pass",
        "import sys; sys.stdin.buffer.read()\nwhile True: sys.stdout.buffer.write(bytes(9**7))",
        "import os; os.kill(os.getpid(), 9)",
        "import time; time.sleep(3600)",
    ],
)
async def test_a_process_that_was_taken_over_is_ended(tmp_path: Path, program: str) -> None:
    (tmp_path / "drawing.py").write_text(program)
    room = OwnDarkroom(program=tmp_path / "drawing.py", seconds=2)

    found = await room.develop(picture(), Seen(PictureKind.PNG, Measure(1600, 900)), WIDTHS)

    assert found == NOTHING


async def test_it_has_nothing_of_ours(tmp_path: Path) -> None:
    (tmp_path / "drawing.py").write_text(
        "import os, sys; sys.stdin.buffer.read()\n"
        "found = repr(sorted(os.environ) + sys.path).encode()\n"
        "sys.stdout.buffer.write(bytes([0, 9, 0, 9]) + len(found).to_bytes(4, 'big') + found)"
    )
    room = OwnDarkroom(program=tmp_path / "drawing.py")

    prints = await room.develop(picture(), Seen(PictureKind.PNG, Measure(9, 9)), WIDTHS)

    assert isinstance(prints, tuple)
    [told] = prints
    assert b"WATCHWORD" not in told.content
    assert str(tmp_path).encode() not in told.content
    assert b"PYTHONPATH" not in told.content


async def test_whoever_comes_when_too_many_wait_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "drawing.py").write_text("import time; time.sleep(3600)")
    room = OwnDarkroom(program=tmp_path / "drawing.py", seconds=60)
    seen = Seen(PictureKind.PNG, Measure(9, 9))
    waiting = [asyncio.create_task(room.develop(b"", seen, WIDTHS)) for _ in range(4)]
    await asyncio.sleep(0)

    assert await room.develop(b"", seen, WIDTHS) == NoPicture(WhyNoPicture.CROWDED)

    for each in waiting:
        each.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
