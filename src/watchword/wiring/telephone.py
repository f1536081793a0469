"""The parts that meet on the telephone: lines, calls, PINs, and what a call wishes for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from watchword.features.activation.profiles.service import Profiles
from watchword.features.calls.conduct.service import Conduct
from watchword.features.calls.figures.service import CallFigures
from watchword.features.calls.granting.service import Backroom, Granting
from watchword.features.calls.lines.service import ProfileLines
from watchword.features.calls.locks.service import Locks
from watchword.features.calls.member_pins.service import KeptMemberPins
from watchword.features.calls.members.service import Members
from watchword.features.calls.notices.service import Notices
from watchword.features.calls.pacing.service import Pacing
from watchword.features.calls.pauses.service import Pauses
from watchword.features.calls.register.service import CallRegister
from watchword.features.calls.surveys.service import Surveys
from watchword.features.calls.writes.service import Doubts
from watchword.features.cards.service import Cards
from watchword.features.challenges.service import Challenges
from watchword.features.cores.ports import BankingCore
from watchword.features.cores.rules import CoreName
from watchword.features.customers.service import Customers
from watchword.features.delivery.routes import Routes
from watchword.features.delivery.service import Outbox
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.service import Organisations
from watchword.features.pins.kept.rules import Locking
from watchword.features.pins.kept.service import KeptPins
from watchword.features.webhooks.service import Webhooks
from watchword.foundation.capped import Capped
from watchword.foundation.ids import OrganisationId
from watchword.foundation.keyring import KeyKind, Keyring
from watchword.foundation.sealing import Sealer
from watchword.foundation.storage import Storage
from watchword.providers.cores.own import OwnCore
from watchword.wiring.cores import HouseCores

HASHES_AT_ONCE, HASHES_WAITING, HASHES_PATIENCE = 2, 500, 10.0
"""A hash takes a core for some hundredths of a second, and 19 MiB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TelephoneServices:
    """All that doors may ask about the telephone."""

    profiles: Profiles
    pins: KeptPins
    conduct: Conduct
    register: CallRegister
    locks: Locks
    members: Members
    figures: CallFigures
    surveys: Surveys
    doubts: Doubts
    hashing: Capped
    cores: HouseCores

    async def close(self) -> None:
        await self.conduct.close()
        for core in self.cores.named.values():
            await core.close()
        self.hashing.close()


@dataclass(frozen=True, kw_only=True)
class TelephoneParts:
    """What they are made of. Each property is one part, made when it is first needed."""

    storage: Storage
    organisations: Organisations
    challenges: Challenges
    outbox: Outbox
    routes: Routes
    webhooks: Webhooks
    customers: Customers
    cards: Cards
    cores: Mapping[CoreName, BankingCore]
    whose_cores: Mapping[CoreName, Collection[str]]
    pauses: Pauses
    sealer: Sealer
    keyring: Keyring = field(repr=False)

    def services(self) -> TelephoneServices:
        return TelephoneServices(
            profiles=self._profiles,
            pins=self._pins,
            conduct=Conduct(
                storage=self.storage,
                lines=self._lines,
                granters=Granting(self._backroom),
                paces=self._pacing,
                sealer=self.sealer,
            ),
            register=CallRegister(storage=self.storage),
            locks=self._locks,
            members=Members(
                storage=self.storage,
                lines=self._lines,
                cores=self._cores,
                member_pins=self._member_pins,
                pins=self._pins,
                locks=self._locks,
            ),
            figures=CallFigures(storage=self.storage),
            surveys=Surveys(
                storage=self.storage,
                organisations=self.organisations,
                lines=self._lines,
                cores=self._cores,
                member_pins=self._member_pins,
                pins=self._pins,
            ),
            doubts=self._doubts,
            hashing=self._hashing,
            cores=self._cores,
        )

    @cached_property
    def _profiles(self) -> Profiles:
        return Profiles(
            storage=self.storage, traits_of=self._cores.traits_of, is_theirs=self._cores.is_of
        )

    @cached_property
    def _hashing(self) -> Capped:
        return Capped(
            at_once=HASHES_AT_ONCE,
            waiting=HASHES_WAITING,
            patience=HASHES_PATIENCE,
            name="pins",
        )

    @cached_property
    def _pins(self) -> KeptPins:
        sealer = Sealer(self.keyring.versions(KeyKind.PINS))
        return KeptPins(storage=self.storage, sealer=sealer, capped=self._hashing)

    @cached_property
    def _locks(self) -> Locks:
        return Locks(storage=self.storage, organisations=self.organisations)

    @cached_property
    def _lines(self) -> ProfileLines:
        return ProfileLines(profiles=self._profiles, cores=self._cores)

    @cached_property
    def _member_pins(self) -> KeptMemberPins:
        return KeptMemberPins(
            storage=self.storage, organisations=self.organisations, pins=self._pins
        )

    @cached_property
    def _pacing(self) -> Pacing:
        return Pacing(organisations=self.organisations, news=self.webhooks)

    @cached_property
    def _backroom(self) -> Backroom:
        return Backroom(
            storage=self.storage,
            cores=self._cores,
            challenges=self.challenges,
            member_pins=self._member_pins,
            locks=self._locks,
            paces=self._pacing,
            notices=self._notices,
            doubts=self._doubts,
            pauses=self.pauses,
        )

    @cached_property
    def _notices(self) -> Notices:
        return Notices(outbox=self.outbox, routes=self.routes)

    @cached_property
    def _doubts(self) -> Doubts:
        return Doubts(
            storage=self.storage,
            organisations=self.organisations,
            cores=self._cores,
            member_pins=self._member_pins,
            notices=self._notices,
            sealer=self.sealer,
        )

    @cached_property
    def _cores(self) -> HouseCores:
        return HouseCores(self.cores, self.whose_cores, self._own_core)

    def _own_core(self, organisation: Organisation) -> OwnCore:
        return OwnCore(
            organisation,
            storage=self.storage,
            customers=self.customers,
            cards=self.cards,
            pins=self._pins,
            chosen=self._chosen,
        )

    async def _chosen(self, whose: OrganisationId) -> tuple[Locking, int]:
        settings = (await self._profiles.all(whose)).line.settings
        return settings.locking, settings.pins.previous
