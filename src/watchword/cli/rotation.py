"""How keys are rotated, so that a crash at any moment leaves everything readable.

A new version is in the keyring, on the disk, before anything is locked with it; the old ones
stay. What a crash has left undone is done by `watchword keys rewrap`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from rich.console import Console
from rich.progress import Progress

from watchword.cli.office import Office
from watchword.foundation.ids import OrganisationId
from watchword.foundation.keyring import KeyKind, Keyring, rotated
from watchword.foundation.keyring_files import KeyringFile
from watchword.wiring import Services


class Rotatable(StrEnum):
    """The keys of the keyring, and those that each organisation has in the database."""

    ROOT = "root"
    CODES = "codes"
    OUTBOX = "outbox"
    PINS = "pins"
    LEDGER = "ledger"
    VOUCHERS = "vouchers"
    LINKS = "links"
    ORGANISATIONS = "organisations"


IN_DATABASE = {Rotatable.ROOT, Rotatable.PINS, Rotatable.LINKS, Rotatable.ORGANISATIONS}
"""What locks what rests in the database, and is locked anew."""


@dataclass(frozen=True, kw_only=True)
class Rewrapped:
    """How much was locked anew: keys of organisations, keys of persons, PINs, and keys of
    landing pages."""

    organisation_keys: int = 0
    person_keys: int = 0
    pins: int = 0
    pages: int = 0


async def rotate(
    office: Office, file: KeyringFile, kinds: Collection[Rotatable], *, rewraps: bool
) -> tuple[Keyring, Rewrapped]:
    """Add a new version of each kind, and lock with it what rests in the database."""
    in_keyring = [KeyKind(kind) for kind in kinds if kind is not Rotatable.ORGANISATIONS]
    keyring = rotated(file.load(), in_keyring, office.now())
    if not IN_DATABASE & {*kinds}:
        file.save(keyring)
        return keyring, Rewrapped()
    # A database that cannot be reached is known before anything has changed.
    async with office.services(keyring) as services:
        if in_keyring:
            file.save(keyring)
        if Rotatable.ORGANISATIONS in kinds:
            for organisation in await services.organisations.all():
                await services.organisations.rotate_data_key(organisation.id, office.actor)
        return keyring, await rewrap(services) if rewraps else Rewrapped()


async def rewrap(services: Services) -> Rewrapped:
    """Lock everything with the newest versions that is not locked with them yet."""
    organisations = [organisation.id for organisation in await services.organisations.all()]
    organisation_keys = [await services.organisations.rewrap_keys(id) for id in organisations]
    newest = {id: await services.organisations.newest_data_key(id) for id in organisations}
    left = [await services.contacts.count_old_keys(id, newest[id]) for id in organisations]
    person_keys = 0
    with _progress() as progress:
        task = progress.add_task("Keys of persons", total=sum(left))
        for id in organisations:
            while count := await services.contacts.rewrap(id, newest[id]):
                person_keys += count
                progress.advance(task, count)
    pins = 0
    for id in organisations:
        while count := await services.telephone.pins.rewrap(id):
            pins += count
    return Rewrapped(
        organisation_keys=sum(organisation_keys),
        person_keys=person_keys,
        pins=pins,
        pages=sum([await _relock_pages(services, id) for id in organisations]),
    )


async def _relock_pages(services: Services, organisation_id: OrganisationId) -> int:
    pages = 0
    while count := await services.pages.pages.relock(organisation_id):
        pages += count
    return pages


def _progress() -> Progress:
    console = Console(stderr=True)
    return Progress(console=console, transient=True, disable=not console.is_terminal)
