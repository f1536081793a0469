"""How a sign-in by e-mailed code begins and ends."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from watchword.features.challenges.verdicts import Locked, Refusal, TooMany, Verdict
from watchword.features.organisations.rules import Organisation
from watchword.features.staff.sessions.rules import SignedIn
from watchword.features.staff.sign_in.tickets import Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """If somebody here has that address, a code is on its way to it. `to` is masked."""

    ticket: str
    to: str
    organisation: Organisation
    resend_at: datetime


@dataclass(frozen=True, slots=True)
class NoMail:
    """This installation has nobody who carries e-mail."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Nobody is let in from that network, whoever they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """How an answer was judged, and of whose attempt; with what is needed to go on typing."""

    verdict: Verdict | TooMany | Locked
    to: str
    organisation: Organisation


Beginning: TypeAlias = Begun | NoMail | Elsewhere | Refusal
Ending: TypeAlias = SignedIn | Answered | Elsewhere | Unreadable
