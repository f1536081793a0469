"""The parts that know who works the console."""

from dataclasses import dataclass
from datetime import timedelta

from watchword.features.contacts.service import Contacts
from watchword.features.organisations.service import Organisations
from watchword.features.staff.service import Staff
from watchword.features.staff.sessions.rules import SessionLimits
from watchword.features.staff.sessions.service import Sessions
from watchword.foundation.storage import Storage
from watchword.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffServices:
    """All that doors may ask of staff."""

    members: Staff
    sessions: Sessions


def staff_services(
    settings: Settings, storage: Storage, organisations: Organisations, contacts: Contacts
) -> StaffServices:
    members = Staff(storage=storage, contacts=contacts)
    limits = SessionLimits(
        idle=timedelta(minutes=settings.console.idle_minutes),
        whole=timedelta(hours=settings.console.whole_hours),
    )
    return StaffServices(
        members=members,
        sessions=Sessions(
            storage=storage, organisations=organisations, staff=members, limits=limits
        ),
    )
