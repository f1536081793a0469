"""How an invitation can end, and how often one may be sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from watchword.features.limits.rules import Cap, Limits
from watchword.features.staff.links.rules import Link
from watchword.features.staff.rules import StaffMember

MAILS = Limits(sends=(Cap(5, timedelta(hours=1)), Cap(10, timedelta(days=1))))
"""To one address. Whoever does not find the first five has another problem."""


@dataclass(frozen=True, slots=True)
class Invited:
    """A mail with an address in it is on its way."""

    member: StaffMember
    link: Link


@dataclass(frozen=True, slots=True)
class DecidesAlone:
    """Somebody would decide on requests, without anybody but who invites having agreed."""


@dataclass(frozen=True, slots=True)
class NoMail:
    """This installation has nobody who carries e-mail."""


@dataclass(frozen=True, slots=True)
class Roleless:
    """Somebody is to come in who may do nothing."""


@dataclass(frozen=True, slots=True)
class NotWaitedFor:
    """Somebody is in already, or shut out; there is nothing to send, or to take back."""


@dataclass(frozen=True, slots=True)
class MailedEnough:
    """So many mails went there that the next one has to wait."""

    moment: datetime
