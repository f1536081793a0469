"""The customers, cards and letters of an exhibition, and what waits for somebody to decide."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from watchword.cli.demo_cards import settle
from watchword.features.cards.attempts.rules import Attempt
from watchword.features.cards.means import Means
from watchword.features.cards.registration.rules import Wish
from watchword.features.cards.registration.service import Registered
from watchword.features.cards.rules import CardState
from watchword.features.contacts.post import Place, read_post
from watchword.features.contacts.rules import Contact, read_email, read_phone
from watchword.features.customers.rules import Customer, Profile
from watchword.features.delivery.routes import FOLDER
from watchword.features.delivery.rules import Accepted, ProviderName
from watchword.features.imports.uploads.rules import Import
from watchword.features.letters.batches.rules import Batch
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.settings.changing.rules import Change
from watchword.features.organisations.settings.sections import Preset, SectionName
from watchword.features.staff.rules import Colleague
from watchword.foundation.secret import Secret
from watchword.web.joining.cookies import new_cookie
from watchword.wiring import Services

LETTERS, BATCHES = 9, 2
STRANGER = "198.51.100.7"
LONG = Profile("Karl-Theodor", "Freiherr von Wangenheim-Oberländer", date(1961, 3, 9))
FILE = (
    "Kundennummer;Vorname;Nachname;Geburtsdatum;E-Mail;Mobil;Straße;PLZ;Ort;Kartennummer\r\n"
    "9001;Roswitha;Überschär;17.05.1980;roswitha@example.org;0171 3920080;Efeuplatz 5;23552;"
    "Lübeck;990001\r\n"
    "9002;Bernd;Groß;gestern;bernd@@example;0171;;10115;;9900021\r\n"
    "9003;;;;;;;;;\r\n"
).encode()


MAIL = "post"


@dataclass(frozen=True)
class Guest:
    """A customer in the middle of registering: what their browser shows, and their pages.

    `code` is typed on the page `entry`.
    """

    cookie: tuple[str, str]
    pages: Mapping[str, str]
    code: Secret


async def open_doors(services: Services, organisation: Organisation, owner: Colleague) -> None:
    """Let customers register, and choose among all ways."""
    configuration, section = services.configuration, SectionName.BASIS
    layers = await configuration.settings.layers(organisation.id, section)
    own = {"preset": Preset.GARDEN_CENTRE}
    change = Change(section=section, own=own, ground=layers.ground)
    await configuration.changes.change(organisation.id, change, actor=owner.actor)


async def welcome(services: Services, organisation: Organisation) -> Guest:
    """Let one person get a link by mail, and another one stand at the counter."""
    await _begin(services, organisation, Means.EMAIL)
    entry, code = "", None
    for queued in await services.deliveries.claim(ProviderName(MAIL), 100):
        mail = await services.deliveries.open(queued)
        if mail.entry:
            entry, code = mail.entry, mail.code
        await services.deliveries.settle(queued, Accepted(None), knows_repeats=False, chance=0.5)
    registered = await _begin(services, organisation, Means.IN_STORE)
    cookie = new_cookie(registered.secret, organisation, services.settings.web)
    start = f"/o/{organisation.slug}"
    pages = {
        "join": f"{start}/join",
        "ways": f"{start}/card?choose=1",
        "ticket": f"{start}/card",
        "entry": f"{urlsplit(entry).path}",
    }
    assert code is not None
    return Guest((cookie.key, str(cookie.value)), pages, code)


async def _begin(services: Services, organisation: Organisation, means: Means) -> Registered:
    mail = _surely(read_email(f"gisela.von-der-heide.{means}@gartenfreunde.example"))
    registered = await _register(services, organisation, LONG, mail)
    registrations = services.joining.registrations
    view = await registrations.look(organisation, registered.secret)
    assert view is not None
    [*to] = next(each.contacts for each in view.offers if each.means is means)
    begun = await registrations.begin(
        organisation, view, means, to[0] if to else None, Secret(STRANGER)
    )
    assert isinstance(begun, Attempt), begun
    return registered


async def fill_cards(services: Services, organisation: Organisation, owner: Colleague) -> None:
    await open_doors(services, organisation, owner)
    await settle(services, organisation)
    await _letters(services, owner)
    await _claims(services, organisation)
    await _imports(services, owner)


async def _letters(services: Services, owner: Colleague) -> None:
    """Let letters be asked for: some in a batch, and some that wait."""
    whose = owner.organisation.id
    page = await services.cards.cards.page(whose, CardState.UNVERIFIED, most=100)
    asked, batches = 0, 0
    for card in page.items:
        if asked == LETTERS:
            break
        begun = await services.cards.attempts.begin(owner, card.id, Means.LETTER)
        if not isinstance(begun, Attempt):
            continue  # They have no address, or wait for something else.
        asked += 1
        if asked % 4 == 0 and batches < BATCHES:
            batches += 1
            await _carry(services)
            batch = await services.letters.batches.collect(owner)
            assert isinstance(batch, Batch), batch
            if batches == 1:
                await services.letters.batches.release(owner, batch.id)
    await _carry(services)


async def _carry(services: Services) -> None:
    deliveries, folder = services.deliveries, services.providers[FOLDER]
    for queued in await deliveries.claim(FOLDER, 100):
        outcome = await folder.send(await deliveries.open(queued))
        await deliveries.settle(queued, outcome, knows_repeats=True, chance=0.5)


async def _claims(services: Services, organisation: Organisation) -> None:
    """Let people register who may well have a card already."""
    page = await services.cards.cards.page(organisation.id, CardState.VERIFIED, most=6)
    for number, card in enumerate(page.items):
        customer = await services.customers.read(organisation.id, card.customer_id)
        profile = customer.profile
        if number % 2:
            profile = Profile(profile.given_name, profile.family_name, date(1971, 2, number + 1))
        await _register(services, organisation, profile, *_some(customer))
    address = read_post(Place(f"{LONG.name}", "Am Rosenbogen 117 a", "01589", "Riesa", "DE"))
    await _register(services, organisation, LONG, _surely(address))


def _some(customer: Customer) -> list[Contact]:
    return [each.contact for each in customer.contacts][:1] or [
        _surely(read_phone("0171 3920090", "DE")),
        _surely(read_email("anneliese.freifrau.von.wangenheim@gartenfreunde.example")),
    ]


def _surely(read: object) -> Contact:
    assert isinstance(read, Contact), read
    return read


async def _register(
    services: Services, organisation: Organisation, profile: Profile, *contacts: Contact
) -> Registered:
    wish = Wish(profile=profile, contacts=contacts, locale="de")
    registered = await services.joining.registrations.register(organisation, wish, STRANGER)
    assert isinstance(registered, Registered), registered
    return registered


async def _imports(services: Services, owner: Colleague) -> None:
    """Bring a file of which some rows cannot be taken in."""
    uploads = services.imports.uploads
    job = await uploads.receive(owner, _pieces(FILE))
    assert isinstance(job, Import), job
    _, sight = await uploads.read(owner.organisation.id, job.id)
    tried = await uploads.check(owner, job.id, sight.plan)
    assert isinstance(tried, Import), tried
    while await services.imports.working.advance(lambda: True):
        continue


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    yield content
