"""Scripts for pages and programs of others: each is one file that stands alone, and may be copied.

Their addresses stay as they are, so that a page may name them; whoever wants them not to change
under it serves a copy, or says the digest (`integrity`).
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from watchword.foundation.errors import NotFound

FOLDER = Path(__file__).parent
SCRIPTS: Mapping[str, bytes] = {path.name: path.read_bytes() for path in FOLDER.glob("*.js")}
TAGS = {name: f'"{hashlib.sha256(content).hexdigest()[:20]}"' for name, content in SCRIPTS.items()}


@get("/scripts/{name:str}", include_in_schema=False)
async def show_script(name: FromPath[str], request: Request[Any, Any, Any]) -> Response[bytes]:
    if name not in SCRIPTS:
        raise NotFound("file")
    headers = {
        "Cache-Control": "public, max-age=300",
        "ETag": TAGS[name],
        "Access-Control-Allow-Origin": "*",  # There is nothing in it that is anybody's.
    }
    if request.headers.get("if-none-match") == TAGS[name]:
        return Response(b"", status_code=304, headers=headers)
    return Response(SCRIPTS[name], media_type="text/javascript", headers=headers)


routes = [show_script]
