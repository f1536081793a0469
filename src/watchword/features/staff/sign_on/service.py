"""What happens in a sign-on: somebody sets out for their provider, and comes back."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.service import Organisations
from watchword.features.staff.networks.service import Doorman
from watchword.features.staff.rules import StaffMember
from watchword.features.staff.service import Staff
from watchword.features.staff.sessions.rules import SignedIn, SignedInBy, fingerprint
from watchword.features.staff.sessions.service import Sessions
from watchword.features.staff.sign_on.ports import Away, Forged, IdentityProvider
from watchword.features.staff.sign_on.rules import (
    BACK_WITHIN,
    CODE_AT_MOST,
    Because,
    Luggage,
    Refused,
    attempt_of,
    is_answer_to,
    judge_claims,
)
from watchword.features.staff.sign_on.store import AttemptStore, AttemptSweep
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import EVERYWHERE
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage

TICKET_BYTES = 32

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Departure:
    """Where a browser is to be sent, and what it must hold when it comes back."""

    ticket: Secret
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Return:
    """What a browser brings back. `issuer`: who the provider says it is, if it does."""

    ticket: Secret
    state: str = field(repr=False)
    code: str = field(repr=False)
    issuer: str = ""


@dataclass(frozen=True, slots=True)
class Arrived:
    signed_in: SignedIn
    luggage: Luggage


class SignOn:
    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        staff: Staff,
        sessions: Sessions,
        doorman: Doorman,
        providers: Mapping[str, IdentityProvider],
        doors: str,
    ) -> None:
        """`providers`: by the short name of their organisation. `doors`: below which address
        browsers come back, as the world knows it."""
        self._storage = storage
        self._organisations = organisations
        self._staff = staff
        self._sessions = sessions
        self._doorman = doorman
        self._providers = providers
        self._doors = doors

    async def offers(self) -> Sequence[Organisation]:
        """Give the organisations whose staff can sign on."""
        if not self._providers:
            return ()
        known = await self._organisations.all()
        return [organisation for organisation in known if organisation.slug in self._providers]

    async def begin(self, slug: str, luggage: Luggage) -> Departure | Refused:
        """Send somebody to the provider of their organisation."""
        organisation, provider = await self._find(slug)
        ticket = Secret(secrets.token_urlsafe(TICKET_BYTES))
        address = await provider.address_for(attempt_of(ticket), self._door_of(slug))
        if isinstance(address, Away):
            return _refused(slug, Because.AWAY, address.reason)
        async with self._storage.begin(organisation.id) as transaction:
            store, late = (
                AttemptStore(transaction, organisation.id),
                transaction.now() + BACK_WITHIN,
            )
            await store.begin(fingerprint(ticket).hex(), luggage, late)
        return Departure(ticket, address)

    async def finish(
        self, slug: str, back: Return, *, device: str, address: str | None
    ) -> Arrived | Refused:
        """Let somebody in who comes back from their provider. It is done once, right or wrong."""
        organisation, provider = await self._find(slug)
        attempt = attempt_of(back.ticket)
        if not is_answer_to(attempt, back.state):
            return _refused(slug, Because.LATE)
        async with self._storage.begin(organisation.id) as transaction:
            store = AttemptStore(transaction, organisation.id)
            luggage = await store.take(fingerprint(back.ticket).hex(), transaction.now())
        if luggage is None:
            return _refused(slug, Because.LATE)
        member = await self._identify(slug, organisation, provider, back)
        if isinstance(member, Refused):
            return member
        if not await self._doorman.admits(organisation.id, address):
            return _refused(slug, Because.ELSEWHERE)
        signed_in = await self._sessions.enter(
            organisation.id, member.id, by=SignedInBy.SSO, device=device, address=address
        )
        return _refused(slug, Because.UNKNOWN) if signed_in is None else Arrived(signed_in, luggage)

    async def forget(self, most: int) -> int:
        """Drop what nobody came back from in time."""
        async with self._storage.begin(EVERYWHERE) as transaction:
            return await AttemptSweep(transaction).forget(transaction.now(), most)

    async def close(self) -> None:
        for provider in self._providers.values():
            await provider.close()

    async def _identify(
        self, slug: str, organisation: Organisation, provider: IdentityProvider, back: Return
    ) -> StaffMember | Refused:
        """Find out who came back, and whether they work here. No transaction is open meanwhile."""
        expected, attempt = provider.expected, attempt_of(back.ticket)
        if back.issuer not in {"", expected.issuer} or len(back.code) > CODE_AT_MOST:
            return _refused(slug, Because.NOT_GENUINE)
        told = await provider.redeem(attempt, back.code, self._door_of(slug))
        if isinstance(told, Away):
            return _refused(slug, Because.AWAY, told.reason)
        if isinstance(told, Forged):
            return _refused(slug, Because.NOT_GENUINE)
        contact = judge_claims(told.claims, expected, attempt.nonce, self._storage.now())
        if isinstance(contact, Refused):
            return _refused(slug, contact.because)
        async with self._storage.reading(organisation.id) as transaction:
            member = await self._staff.find(transaction, organisation.id, contact)
        return _refused(slug, Because.UNKNOWN) if member is None else member

    async def _find(self, slug: str) -> tuple[Organisation, IdentityProvider]:
        provider = self._providers.get(slug)
        if provider is None:
            raise NotFound("identity provider")
        return await self._organisations.find(slug), provider

    def _door_of(self, slug: str) -> str:
        """Give where a browser comes back to. The provider knows it, and compares."""
        return f"{self._doors}/{slug}/back"


def _refused(slug: str, because: Because, reason: str = "") -> Refused:
    log.info("sign_on.refused", organisation=slug, because=because, reason=reason)
    return Refused(because)
