"""What happens at the door: a passkey is asked for, shown, judged, and lets its holder in."""

import secrets

import structlog

from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.organisations.service import Organisations
from watchword.features.staff.networks.service import Doorman
from watchword.features.staff.passkeys.ceremonies import (
    Shown,
    ask_for_a_key,
    judge_shown,
    read_shown,
)
from watchword.features.staff.passkeys.rules import (
    ANSWER_WITHIN,
    CHALLENGE_BYTES,
    Because,
    Count,
    Party,
    Passkey,
    PasskeyId,
    Refused,
    handle_of,
    judge_count,
)
from watchword.features.staff.passkeys.store import (
    AskedStore,
    Ceremony,
    PasskeyDirectory,
    PasskeyStore,
)
from watchword.features.staff.rules import Colleague, StaffState, actor_of
from watchword.features.staff.service import Staff
from watchword.features.staff.sessions.rules import SignedIn, SignedInBy, fingerprint
from watchword.features.staff.sessions.service import Sessions
from watchword.foundation.ids import EVERYWHERE, OrganisationId
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage, Transaction

TICKET_BYTES = 32

log = structlog.get_logger()


class PasskeyEntrance:
    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        staff: Staff,
        sessions: Sessions,
        doorman: Doorman,
        nobody: OrganisationId,
    ) -> None:
        """`nobody`: under whose name is kept what was asked before somebody said who they are."""
        self._storage = storage
        self._organisations = organisations
        self._staff = staff
        self._sessions = sessions
        self._doorman = doorman
        self._nobody = nobody

    async def ask(self, party: Party) -> tuple[Secret, str]:
        """Write what the browser of a stranger is to show a key with.

        It gets a ticket, too, so that no other browser can hand in its answer.
        """
        ticket = Secret(secrets.token_urlsafe(TICKET_BYTES))
        challenge = secrets.token_bytes(CHALLENGE_BYTES)
        async with self._storage.begin(self._nobody) as transaction:
            store, late = AskedStore(transaction, self._nobody), transaction.now() + ANSWER_WITHIN
            await store.ask(_stub(ticket), Ceremony.SIGN_IN, challenge, late)
        return ticket, ask_for_a_key(party, challenge)

    async def sign_in(
        self, party: Party, ticket: Secret, answer: str, *, device: str, address: str | None
    ) -> SignedIn | Refused:
        """Let somebody in who shows a passkey. A ticket is good for one answer, right or wrong."""
        async with self._storage.begin(self._nobody) as transaction:
            asked = AskedStore(transaction, self._nobody)
            challenge = await asked.take(_stub(ticket), Ceremony.SIGN_IN, transaction.now())
        if challenge is None:
            return _refused(Because.LATE)
        shown = read_shown(answer)
        if isinstance(shown, Refused):
            return _refused(shown.because)
        async with self._storage.reading(EVERYWHERE) as transaction:
            place = await PasskeyDirectory(transaction).find(shown.credential_id)
        if place is None:
            return _refused(Because.UNKNOWN)
        organisation_id, _ = place
        # First, so that nobody learns elsewhere whether a passkey is good, or moves its count.
        if not await self._doorman.admits(organisation_id, address):
            return _refused(Because.ELSEWHERE)
        async with self._storage.begin(organisation_id) as transaction:
            found = await self._judge(transaction, place, party, challenge, shown)
            if isinstance(found, Refused):
                return found
            session, secret = await self._sessions.begin(
                transaction,
                organisation_id,
                found.member.id,
                by=SignedInBy.PASSKEY,
                device=device,
                address=address,
            )
        return SignedIn(colleague=found, session=session, secret=secret)

    async def _judge(
        self,
        transaction: Transaction,
        place: tuple[OrganisationId, PasskeyId],
        party: Party,
        challenge: bytes,
        shown: Shown,
    ) -> Colleague | Refused:
        """Decide whether a passkey was shown that lets somebody in, and note that it was used."""
        organisation_id, id = place
        store = PasskeyStore(transaction, organisation_id)
        sealed = await store.hold(id)
        if sealed is None:
            return _refused(Because.UNKNOWN)
        passkey = sealed.named("")
        handle = handle_of(organisation_id, passkey.staff_id)
        proven = judge_shown(party, challenge, passkey, handle, shown)
        if isinstance(proven, Refused):
            return _refused(proven.because)
        count = judge_count(passkey.count, proven.count, is_synced=passkey.is_synced)
        if count is not Count.FINE:
            await _note_count(transaction, organisation_id, passkey, proven.count, count)
        if count is Count.WENT_BACK:
            return _refused(Because.WENT_BACK)
        member = await self._staff.read(transaction, organisation_id, passkey.staff_id)
        if member.state is not StaffState.ACTIVE:
            return _refused(Because.NOT_ACTIVE)
        await store.use(id, proven.count, transaction.now())
        organisation = await self._organisations.read(transaction, organisation_id)
        return Colleague(member=member, organisation=organisation)


async def _note_count(
    transaction: Transaction,
    organisation_id: OrganisationId,
    passkey: Passkey,
    shown: int,
    count: Count,
) -> None:
    entry = Entry(
        action=Action.PASSKEY_COUNT_ODD,
        actor=actor_of(passkey.staff_id),
        target=Noun.PASSKEY.of(passkey.id),
        details={"known": passkey.count, "shown": shown, "verdict": count},
    )
    await AuditStore(transaction, organisation_id).add(entry)


def _refused(because: Because) -> Refused:
    log.info("passkey.refused", because=because)
    return Refused(because)


def _stub(ticket: Secret) -> str:
    """Give what we keep of a ticket."""
    return fingerprint(ticket).hex()
