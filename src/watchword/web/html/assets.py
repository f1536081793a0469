"""What pages are made of besides HTML: one style sheet, one script, one mark.

The name of each carries a digest of its content, so a browser may keep it for ever.
"""

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from litestar import Response, get
from litestar.params import FromPath

from watchword.foundation.errors import NotFound

FOLDER = Path(__file__).parent / "static"
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    address: str
    media_type: str
    content: bytes

    @property
    def inlined(self) -> str:
        """Give it as an address that needs no request."""
        return f"data:{self.media_type};base64,{b64encode(self.content).decode()}"


def _read(path: Path) -> Asset:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:12]
    return Asset(f"/assets/{path.stem}.{digest}{path.suffix}", KINDS[path.suffix], content)


ASSETS: Mapping[str, Asset] = {
    path.name: _read(path) for path in sorted(FOLDER.iterdir()) if path.suffix in KINDS
}
BY_ADDRESS = {asset.address: asset for asset in ASSETS.values()}


@get("/assets/{name:str}", include_in_schema=False)
async def show_asset(name: FromPath[str]) -> Response[bytes]:
    asset = BY_ADDRESS.get(f"/assets/{name}")
    if asset is None:
        raise NotFound("file")
    return Response(asset.content, media_type=asset.media_type, headers={"Cache-Control": FOR_EVER})


routes = [show_asset]
