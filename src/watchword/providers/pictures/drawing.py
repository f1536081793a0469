"""Draws one picture anew. Runs as a program of its own, which imports nothing of the house.

It reads a file, writes WebP in several widths, and ends. It has no key, no network that it asks
for, no file that it may write, so much memory and so many seconds. If a picture was made to take
over whoever opens it, this is what it takes over.
"""

import os
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO

from PIL import Image, ImageCms, ImageOps

PRINT = struct.Struct(">HHI")
MEMORY = 1024 * 1024 * 1024
SECONDS = 10
QUALITIES = (80, 60, 40)
BYTES_AT_MOST = 1024 * 1024
NO_PICTURE = 3
UNTRUE = (OSError, SyntaxError, ValueError, struct.error, MemoryError, Image.DecompressionBombError)
"""What is raised for files that are no pictures, by those who read them."""


def main(kind: str, widths: tuple[int, ...], pixels: int) -> int:
    _bound()
    Image.MAX_IMAGE_PIXELS = pixels
    content = sys.stdin.buffer.read()
    try:
        # Only as what it was taken for: there are sixty other formats that a file may be in.
        with Image.open(BytesIO(content), formats=(kind,)) as image:
            if image.width * image.height > pixels:
                return NO_PICTURE
            prints = [*_prints(_plain(image, max(widths)), widths)]
    except UNTRUE:
        return NO_PICTURE
    for width, height, drawn in prints:
        sys.stdout.buffer.write(PRINT.pack(width, height, len(drawn)) + drawn)
    sys.stdout.buffer.flush()
    return 0


def _bound() -> None:
    """Take from ourselves what we do not need."""
    with suppress(ImportError):  # where there is none, whoever called us still ends us in time
        import resource  # noqa: PLC0415 - not on all systems

        for which, most in (
            (resource.RLIMIT_AS, MEMORY),
            (resource.RLIMIT_CPU, SECONDS),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_NOFILE, 16),
        ):
            resource.setrlimit(which, (most, most))
        os.nice(10)


def _plain(image: Image.Image, widest: int) -> Image.Image:
    """Give the picture upright, in the usual colours, with nothing else that came with it."""
    profile = image.info.get("icc_profile")
    image.draft("RGB", (2 * widest, 2 * widest))
    upright = ImageOps.exif_transpose(image)
    is_clear = upright.has_transparency_data
    colours = upright.convert("RGBA" if is_clear else "RGB")
    if profile and image.mode in ("RGB", "RGBA"):
        with suppress(ImageCms.PyCMSError):
            usual = ImageCms.createProfile("sRGB")
            drawn = ImageCms.profileToProfile(colours, BytesIO(profile), usual)
            colours = drawn if drawn is not None else colours
    bare = Image.new(colours.mode, colours.size)
    bare.paste(colours)
    return bare


def _prints(image: Image.Image, widths: tuple[int, ...]) -> Iterator[tuple[int, int, bytes]]:
    for width in dict.fromkeys(min(each, image.width) for each in widths):
        height = max(1, round(image.height * width / image.width))
        size = image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
        yield width, height, _written(size)


def _written(image: Image.Image) -> bytes:
    """Write a picture as WebP, the worse the larger it is."""
    for quality in QUALITIES:
        drawn = BytesIO()
        image.save(drawn, "WEBP", quality=quality, method=4)
        if drawn.tell() <= BYTES_AT_MOST:
            return drawn.getvalue()
    raise ValueError("It stays too large.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], tuple(map(int, sys.argv[2].split(","))), int(sys.argv[3])))
