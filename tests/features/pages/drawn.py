"""Pictures as people upload them, and as nobody should."""

import struct
import zlib
from io import BytesIO

from PIL import Image, PngImagePlugin

CANARY = "KAN4RIENVOGEL"
GPS = {1: "N", 2: (48.0, 8.0, 14.0), 3: "E", 4: (11.0, 34.0, 31.0)}


def picture(
    kind: str = "PNG", size: tuple[int, int] = (1600, 900), *, turned: bool = False
) -> bytes:
    """Draw a picture that says where and by whom it was taken."""
    image = Image.new("RGB", size, (30, 110, 60))
    image.paste((250, 200, 40), (0, 0, size[0] // 2, size[1] // 2))
    exif, text, written = Image.Exif(), PngImagePlugin.PngInfo(), BytesIO()
    exif[0x010E] = exif[0x013B] = CANARY
    exif[0x8825] = GPS
    if turned:
        exif[0x0112] = 6
    text.add_text("Author", CANARY)
    more = {"pnginfo": text} if kind == "PNG" else {"comment": CANARY} if kind == "JPEG" else {}
    image.save(written, kind, exif=exif, **more)
    return written.getvalue()


def png(width: int, height: int, *between: tuple[bytes, bytes], tail: bytes = b"") -> bytes:
    """Write a PNG of one colour by hand, which may lie about itself."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", head), *between, (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*each) for each in parts) + tail


def film(kind: str) -> bytes:
    frames = [Image.new("RGB", (64, 64), (each, 0, 0)) for each in range(0, 250, 50)]
    written = BytesIO()
    frames[0].save(written, kind, save_all=True, append_images=frames[1:])
    return written.getvalue()


def _chunk(name: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
    )
