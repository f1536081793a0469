"""The parts that know who works the console."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from watchword.features.approvals.service import Approvals
from watchword.features.challenges.policies import Policy, Purpose
from watchword.features.challenges.service import Challenges
from watchword.features.contacts.service import Contacts
from watchword.features.delivery.routes import Routes
from watchword.features.delivery.service import Outbox
from watchword.features.limits.rules import Limits
from watchword.features.limits.service import HOUSE
from watchword.features.organisations.rules import Mode
from watchword.features.organisations.service import Organisations
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.features.staff.interrupted.service import Interruptions
from watchword.features.staff.invitations.service import Invitations
from watchword.features.staff.links.service import Links
from watchword.features.staff.networks.service import Doorman
from watchword.features.staff.notices.service import Notices
from watchword.features.staff.numbers.service import OwnNumbers, forget_number
from watchword.features.staff.owners.service import Owners
from watchword.features.staff.passkeys.entrance.service import PasskeyEntrance
from watchword.features.staff.passkeys.rules import party_at
from watchword.features.staff.passkeys.service import Passkeys
from watchword.features.staff.passkeys.store import PasskeyStore
from watchword.features.staff.recovery.service import Recovery
from watchword.features.staff.resets.service import Resets
from watchword.features.staff.roles.service import Roles
from watchword.features.staff.rules import StaffId
from watchword.features.staff.service import Staff
from watchword.features.staff.sessions.rules import SessionLimits
from watchword.features.staff.sessions.service import Sessions
from watchword.features.staff.sign_in.service import SignIns
from watchword.features.staff.sign_on.rules import DOORS
from watchword.features.staff.sign_on.service import SignOn
from watchword.foundation.ids import OrganisationId
from watchword.foundation.sealing import Sealer
from watchword.foundation.storage import Storage, Transaction
from watchword.providers.sign_on.oidc import Oidc
from watchword.settings import Settings
from watchword.wiring.configuration import forgetting, limits_of, networks_of


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffServices:
    """All that doors may ask of staff."""

    members: Staff
    sessions: Sessions
    notices: Notices
    doorman: Doorman
    passkeys: Passkeys
    entrance: PasskeyEntrance
    sign_on: SignOn
    links: Links
    invitations: Invitations
    owners: Owners
    roles: Roles
    resets: Resets
    sign_ins: SignIns
    recovery: Recovery
    numbers: OwnNumbers
    interruptions: Interruptions


@dataclass(frozen=True, kw_only=True)
class StaffParts:
    """What the parts for staff are made of, and those parts: each is made when first needed.

    `codes`: how often codes may be asked for and tried.
    """

    settings: Settings
    storage: Storage
    organisations: Organisations
    contacts: Contacts
    own: OrganisationSettings
    outbox: Outbox
    routes: Routes
    challenges: Challenges
    policies: Mapping[Purpose, Policy]
    codes: Mapping[Mode, Limits]
    approvals: Approvals
    sealer: Sealer

    def services(self) -> StaffServices:
        return StaffServices(
            members=self._members,
            sessions=self._sessions,
            notices=self._notices,
            doorman=self._doorman,
            passkeys=Passkeys(
                storage=self.storage,
                contacts=self.contacts,
                notices=self._notices,
                party=party_at(self.settings.web.public_url),
            ),
            entrance=self._entrance,
            sign_on=self._sign_on,
            links=self._links,
            invitations=self._invitations,
            owners=Owners(storage=self.storage, staff=self._members, links=self._links),
            roles=Roles(
                storage=self.storage,
                staff=self._members,
                sessions=self._sessions,
                invitations=self._invitations,
                approvals=self.approvals,
            ),
            resets=self._resets,
            sign_ins=self._sign_ins,
            recovery=self._recovery,
            numbers=OwnNumbers(
                storage=self.storage, contacts=self.contacts, challenges=self.challenges
            ),
            interruptions=Interruptions(storage=self.storage, sealer=self.sealer),
        )

    @cached_property
    def _members(self) -> Staff:
        return Staff(storage=self.storage, contacts=self.contacts)

    @cached_property
    def _sessions(self) -> Sessions:
        limits = SessionLimits(
            idle=timedelta(minutes=self.settings.console.idle_minutes),
            whole=timedelta(hours=self.settings.console.whole_hours),
        )
        return Sessions(
            storage=self.storage,
            organisations=self.organisations,
            staff=self._members,
            limits=limits,
            limits_of=limits_of(self.own, limits),
        )

    @cached_property
    def _notices(self) -> Notices:
        return Notices(
            contacts=self.contacts,
            outbox=self.outbox,
            routes=self.routes,
            console=f"{self.settings.web.public_url}/console",
        )

    @cached_property
    def _doorman(self) -> Doorman:
        doorman = Doorman(networks_of(self.own))
        self.own.listen(forgetting(doorman))
        return doorman

    @cached_property
    def _entrance(self) -> PasskeyEntrance:
        return PasskeyEntrance(
            storage=self.storage,
            organisations=self.organisations,
            staff=self._members,
            sessions=self._sessions,
            doorman=self._doorman,
            nobody=HOUSE,
        )

    @cached_property
    def _sign_on(self) -> SignOn:
        return SignOn(
            storage=self.storage,
            organisations=self.organisations,
            staff=self._members,
            sessions=self._sessions,
            doorman=self._doorman,
            providers={slug: Oidc(chosen) for slug, chosen in self.settings.sso.items()},
            doors=f"{self.settings.web.public_url}{DOORS}",
        )

    @cached_property
    def _links(self) -> Links:
        return Links(
            storage=self.storage,
            organisations=self.organisations,
            staff=self._members,
            public_url=self.settings.web.public_url,
        )

    @cached_property
    def _invitations(self) -> Invitations:
        return Invitations(
            storage=self.storage,
            staff=self._members,
            links=self._links,
            notices=self._notices,
            approvals=self.approvals,
        )

    @cached_property
    def _resets(self) -> Resets:
        return Resets(
            storage=self.storage,
            staff=self._members,
            sessions=self._sessions,
            invitations=self._invitations,
            notices=self._notices,
            forget=(self._recovery.forget, _forget_passkeys, forget_number),
        )

    @cached_property
    def _sign_ins(self) -> SignIns:
        return SignIns(
            storage=self.storage,
            organisations=self.organisations,
            staff=self._members,
            sessions=self._sessions,
            challenges=self.challenges,
            routes=self.routes,
            doorman=self._doorman,
            sealer=self.sealer,
            policy=self.policies[Purpose.STAFF_SIGNIN],
            limits=self.codes,
        )

    @cached_property
    def _recovery(self) -> Recovery:
        return Recovery(
            storage=self.storage,
            organisations=self.organisations,
            staff=self._members,
            sessions=self._sessions,
            links=self._links,
            notices=self._notices,
            doorman=self._doorman,
            limits=self.codes,
            challenges=self.challenges,
            forget=(_forget_passkeys, forget_number),
        )


async def _forget_passkeys(
    transaction: Transaction, organisation_id: OrganisationId, staff_id: StaffId
) -> None:
    store = PasskeyStore(transaction, organisation_id)
    for passkey in await store.of(staff_id):
        await store.remove(staff_id, passkey.id)
