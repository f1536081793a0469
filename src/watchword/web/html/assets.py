"""What pages are made of besides HTML: one style sheet, one script, one mark.

The name of each carries a digest of its content, so a browser may keep it for ever.
"""

import gzip
import hashlib
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from watchword.foundation.errors import NotFound

FOLDER = Path(__file__).parent / "static"
KINDS = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
ZIPPED = "gzip"
FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    address: str
    media_type: str
    content: bytes
    zipped: bytes
    """The same in fewer bytes. Pages themselves are never zipped: their length would tell of what
    is in them, such as the token of a form. Nothing in here is anybody's secret."""

    @property
    def inlined(self) -> str:
        """Give it as an address that needs no request."""
        return f"data:{self.media_type};base64,{b64encode(self.content).decode()}"


def _asset(name: str, content: bytes) -> Asset:
    digest, (stem, kind) = hashlib.sha256(content).hexdigest()[:12], name.rsplit(".", 1)
    zipped = gzip.compress(content, mtime=0)
    return Asset(f"/assets/{stem}.{digest}.{kind}", KINDS[f".{kind}"], content, zipped)


def _together(*paths: Path) -> bytes:
    """Put style sheets into one, for a page is drawn when the last request for it is answered."""
    return b"\n".join(path.read_bytes() for path in paths)


ASSETS: Mapping[str, Asset] = {
    **{
        path.name: _asset(path.name, path.read_bytes())
        for path in sorted(FOLDER.iterdir())
        if path.suffix in KINDS
    },
    "till.css": _asset(
        "till.css",
        _together(
            FOLDER / "watchword.css",
            FOLDER / "console" / "shell.css",
            FOLDER / "till" / "till.css",
        ),
    ),
    "till.js": _asset("till.js", (FOLDER / "till" / "till.js").read_bytes()),
    "gate.css": _asset(
        "gate.css",
        _together(FOLDER / "watchword.css", FOLDER / "page.css", FOLDER / "gate.css"),
    ),
    "console.css": _asset(
        "console.css",
        _together(
            *(FOLDER / "watchword.css", FOLDER / "page.css"),
            *sorted((FOLDER / "console").glob("*.css")),
        ),
    ),
}
BY_ADDRESS = {asset.address: asset for asset in ASSETS.values()}


@get("/assets/{name:str}", include_in_schema=False)
async def show_asset(name: FromPath[str], request: Request[Any, Any, Any]) -> Response[bytes]:
    asset = BY_ADDRESS.get(f"/assets/{name}")
    if asset is None:
        raise NotFound("file")
    headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
    if ZIPPED not in request.headers.get("accept-encoding", ""):
        return Response(asset.content, media_type=asset.media_type, headers=headers)
    headers["Content-Encoding"] = ZIPPED
    return Response(asset.zipped, media_type=asset.media_type, headers=headers)


routes = [show_asset]
