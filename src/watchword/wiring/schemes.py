"""The parts that let applications ask for codes under schemes of their own."""

from dataclasses import dataclass

from watchword.features.abuse.service import Guard
from watchword.features.challenges.codebook import Codebook
from watchword.features.challenges.course.service import Course
from watchword.features.challenges.desk import Mailroom
from watchword.features.challenges.following.service import Following
from watchword.features.contacts.service import Contacts
from watchword.features.organisations.service import Organisations
from watchword.features.schemes.askings.service import Askings
from watchword.features.schemes.meters.service import Meters
from watchword.features.schemes.senders.service import Senders
from watchword.features.schemes.sendings.service import Sendings
from watchword.features.schemes.service import Schemes
from watchword.features.schemes.takeovers.service import Takeovers
from watchword.foundation.storage import Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeServices:
    """All that the doors may call of schemes."""

    schemes: Schemes
    askings: Askings
    meters: Meters
    senders: Senders
    takeovers: Takeovers
    sendings: Sendings


def scheme_services(
    storage: Storage,
    organisations: Organisations,
    contacts: Contacts,
    *,
    mailroom: Mailroom,
    course: Course,
    guard: Guard,
    codebook: Codebook,
) -> SchemeServices:
    schemes = Schemes(storage=storage)
    meters = Meters(storage=storage, organisations=organisations)
    following = Following(contacts=contacts, mailroom=mailroom)
    return SchemeServices(
        schemes=schemes,
        askings=Askings(
            storage=storage,
            schemes=schemes,
            meters=meters,
            contacts=contacts,
            course=course,
            following=following,
            mailroom=mailroom,
            guard=guard,
            codebook=codebook,
        ),
        meters=meters,
        senders=Senders(storage=storage),
        takeovers=Takeovers(storage=storage),
        sendings=Sendings(storage=storage, contacts=contacts),
    )
