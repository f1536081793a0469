"""Landing pages of the exhibition: one that is seen, one that is begun, one that is over."""

from datetime import timedelta
from io import BytesIO

from PIL import Image, ImageDraw

from watchword.features.clients.rules import Caller
from watchword.features.pages.blocks import Block, Button, Heading, Legal, Offer, Picture, Text
from watchword.features.pages.pictures.service import PictureAdded
from watchword.features.pages.rules import Page, Terms
from watchword.features.rewards.rules import is_offered
from watchword.wiring import Services

LEGAL = (
    "Gartencenter Sonnenhof Riesa GmbH, Lommatzscher Straße 12, 01587 Riesa. Solange der Vorrat "
    "reicht, einmal je Kundenkarte. Keine Barauszahlung."
)


async def fill_pages(services: Services, caller: Caller) -> None:
    pages, now = services.pages.pages, services.storage.now()
    begun = await _made(services, caller, Terms(name="Herbstpflanzung", zone="Europe/Berlin"))
    added = await services.pages.pictures.add(caller, begun.id, flowers())
    assert isinstance(added, PictureAdded), added
    offered = (await services.rewards.page(caller.organisation.id, None, 9)).items
    mug = next(each for each in offered if is_offered(each, now) and not each.locations)
    german: tuple[Block, ...] = (
        Heading("Zwiebeln jetzt setzen, im Frühling staunen"),
        Picture(added.id, "Ein Beet voller roter und gelber Tulpen"),
        Text(
            "Bis Monatsende gibt es zu jedem Sack Tulpenzwiebeln einen zweiten.\n\n"
            "- Frühe und späte Sorten\n- Aus eigener Anzucht\n- Mit Pflanzanleitung"
        ),
        Offer("Zwei für eins", "Zeigen Sie an der Kasse Ihre Karte.", mug.id),
        Button("Alle Sorten ansehen", "https://sonnenhof.example.com/tulpen"),
        Legal(LEGAL),
    )
    english = (
        Heading("Plant bulbs now, marvel in spring"),
        Text("Until the end of the month, each bag of tulip bulbs comes with a second one."),
        Offer("Two for one", "", mug.id),
    )
    variants = {"de": german, "en": english}
    terms = Terms(
        name="Herbstpflanzung",
        variants=variants,
        zone="Europe/Berlin",
        valid_from=now - timedelta(days=3),
        valid_until=now + timedelta(days=20),
    )
    changed = await pages.change(caller, begun.id, terms, 1)
    assert isinstance(changed, Page), changed
    shown = await pages.publish(caller, begun.id, 2)
    assert isinstance(shown, Page), shown
    old = Terms(name="Sommerfest", variants={"de": german[:1]}, zone="Europe/Berlin")
    over = await _made(services, caller, old)
    await pages.retire(caller, over.id)
    advent = Terms(name="Adventsmarkt", variants={"de": (Heading("Kommen Sie vorbei"),)})
    await _made(services, caller, advent)


async def _made(services: Services, caller: Caller, terms: Terms) -> Page:
    made = await services.pages.pages.create(caller, terms)
    assert isinstance(made, Page), made
    return made


def flowers() -> bytes:
    """Draw a bed of tulips, as far as that is done by circles."""
    image = Image.new("RGB", (1600, 900), (150, 200, 235))
    brush = ImageDraw.Draw(image)
    brush.rectangle((0, 520, 1600, 900), fill=(84, 130, 62))
    for number in range(60):
        x, y = 40 + number * 397 % 1540, 500 + number * 131 % 330
        colour = ((206, 52, 60), (244, 196, 48), (226, 110, 140))[number % 3]
        brush.line((x, y, x, y + 90), fill=(50, 95, 40), width=7)
        brush.ellipse((x - 26, y - 34, x + 26, y + 30), fill=colour)
    written = BytesIO()
    image.save(written, "JPEG", quality=88)
    return written.getvalue()
