"""What makes the wallet a thing on a telephone: its name and mark, and a page for a bad line."""

import json

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.web.html.assets import ASSETS, KINDS
from watchword.web.html.pages import AnyRequest
from watchword.web.joining.pages import house_of, language_of
from watchword.web.wallet.pages import PATH, Reply, base_of
from watchword.wiring import Services

A_DAY = "public, max-age=86400"
ALWAYS_ASKED = "no-cache"
PAPER, BRAND, INK = "#fbfaf7", "#00695c", "#ffffff"
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512">'
    '<rect width="512" height="512" fill="{colour}"/>'
    '<text x="256" y="256" dy="0.35em" text-anchor="middle" fill="{ink}" font-weight="700"'
    ' font-family="system-ui, sans-serif" font-size="{size}">{mark}</text></svg>'
)


@get(PATH + "/manifest.webmanifest", include_in_schema=False)
async def show_manifest(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    house = await house_of(services, slug)
    base = base_of(house)
    manifest = {
        "id": base,
        "name": house.organisation.name,
        "short_name": house.organisation.name[:24],
        "lang": language_of(request, house),
        "start_url": base,
        "scope": base,
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": house.brand.colour if house.brand else BRAND,
        "icons": [
            {
                "src": f"{base}/icon.svg",
                "sizes": "any",
                "type": "image/svg+xml",
                "purpose": "any maskable",
            }
        ],
    }
    return Response(
        json.dumps(manifest, ensure_ascii=False),
        media_type="application/manifest+json",
        headers={"Cache-Control": A_DAY},
    )


@get(PATH + "/icon.svg", include_in_schema=False)
async def show_icon(slug: FromPath[str], services: NamedDependency[Services]) -> Reply:
    house = await house_of(services, slug)
    brand = house.brand
    mark = brand.mark if brand and brand.mark else house.organisation.name[:1].upper()
    drawn = ICON.format(
        colour=brand.colour if brand else BRAND,
        ink=brand.ink if brand else INK,
        size=200 if len(mark) > 1 else 260,
        mark=_as_text(mark),
    )
    return Response(drawn, media_type=KINDS[".svg"], headers={"Cache-Control": A_DAY})


@get(PATH + "/worker.js", include_in_schema=False)
async def show_worker(slug: FromPath[str], services: NamedDependency[Services]) -> Reply:
    """Give the script that answers when nobody else does. It is looked for anew each time."""
    house = await house_of(services, slug)
    headers = {
        "Cache-Control": ALWAYS_ASKED,
        "Content-Security-Policy": "default-src 'none'; connect-src 'self'",
        "Service-Worker-Allowed": base_of(house),
    }
    return Response(ASSETS["worker.js"].content, media_type=KINDS[".js"], headers=headers)


def _as_text(mark: str) -> str:
    return mark.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


routes = [show_manifest, show_icon, show_worker]
