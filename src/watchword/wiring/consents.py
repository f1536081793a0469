"""How consent is put together: the book, the questions, and what people write back."""

from dataclasses import dataclass

from watchword.features.campaigns.results.service import note_opt_out
from watchword.features.challenges.desk import Mailroom
from watchword.features.consents.entries.service import ConsentEntries
from watchword.features.consents.inbound.desk import Room
from watchword.features.consents.inbound.service import Inbound
from watchword.features.consents.opt_ins.service import OptIns
from watchword.features.consents.service import Consents
from watchword.features.consents.unsubscribing.links import UnsubscribeLinks
from watchword.features.consents.unsubscribing.service import Unsubscribing
from watchword.features.contacts.service import Contacts
from watchword.features.delivery.routes import Routes
from watchword.features.organisations.service import Organisations
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.foundation.keyring import KeyKind, Keyring
from watchword.foundation.storage import Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentServices:
    """All that doors may ask about who agreed to what."""

    consents: Consents
    opt_ins: OptIns
    inbound: Inbound
    entries: ConsentEntries
    unsubscribing: Unsubscribing


def unsubscribe_links(keyring: Keyring, public_url: str) -> UnsubscribeLinks:
    return UnsubscribeLinks(keyring.versions(KeyKind.LINKS), public_url)


def consent_services(
    storage: Storage,
    organisations: Organisations,
    contacts: Contacts,
    *,
    mailroom: Mailroom,
    routes: Routes,
    settings: OrganisationSettings,
    links: UnsubscribeLinks,
) -> ConsentServices:
    outbox = mailroom.outbox
    consents = _book(organisations, contacts, mailroom)
    opt_ins = OptIns(
        consents=consents, contacts=contacts, settings=settings, outbox=outbox, routes=routes
    )
    room = Room(
        contacts=contacts,
        consents=consents,
        opt_ins=opt_ins,
        settings=settings,
        outbox=outbox,
        routes=routes,
    )
    return ConsentServices(
        consents=consents,
        opt_ins=opt_ins,
        inbound=Inbound(storage=storage, organisations=organisations, room=room),
        entries=ConsentEntries(
            storage=storage, contacts=contacts, consents=consents, opt_ins=opt_ins
        ),
        unsubscribing=Unsubscribing(
            storage=storage,
            organisations=organisations,
            contacts=contacts,
            consents=consents,
            links=links,
        ),
    )


def _book(organisations: Organisations, contacts: Contacts, mailroom: Mailroom) -> Consents:
    return Consents(
        organisations=organisations,
        contacts=contacts,
        webhooks=mailroom.webhooks,
        has_left=note_opt_out,
    )
