"""The parts that meet where something is sold: points, rewards, tills and redemptions."""

from dataclasses import dataclass, field
from functools import cached_property

from watchword.features.approvals.service import Approvals
from watchword.features.challenges.course.service import Course
from watchword.features.challenges.desk import Mailroom
from watchword.features.challenges.displays.service import Displays
from watchword.features.clients.service import Clients
from watchword.features.contacts.service import Contacts
from watchword.features.customers.service import Customers
from watchword.features.delivery.routes import Routes
from watchword.features.idempotency.service import Requests
from watchword.features.organisations.service import Organisations
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.features.redemptions.overrides.service import Overrides
from watchword.features.tills.desk import Backroom
from watchword.foundation.keyring import Keyring
from watchword.foundation.sealing import Sealer
from watchword.foundation.storage import Storage
from watchword.wiring.cards import CardServices
from watchword.wiring.overrides import OverrideServices, override_services
from watchword.wiring.points import PointServices
from watchword.wiring.tills import TillServices, till_services
from watchword.wiring.vouchers import VoucherServices, voucher_services


@dataclass(frozen=True, slots=True, kw_only=True)
class SellingServices:
    """All that doors may ask where something is sold."""

    points: PointServices
    displays: Displays
    tills: TillServices
    exceptions: OverrideServices
    vouchers: VoucherServices


@dataclass(frozen=True, kw_only=True)
class SellingParts:
    """What they are made of. Each property is one part, made when it is first needed."""

    storage: Storage
    organisations: Organisations
    requests: Requests
    contacts: Contacts
    customers: Customers
    cards: CardServices
    course: Course
    mailroom: Mailroom
    own: OrganisationSettings
    points: PointServices
    displays: Displays
    routes: Routes
    approvals: Approvals
    clients: Clients
    sealer: Sealer
    keyring: Keyring = field(repr=False)

    def services(self) -> SellingServices:
        exceptions = override_services(
            self.storage,
            self.requests,
            self.approvals,
            self.cards.backroom,
            self._tills,
            overrides=self._overrides,
            settings=self.own,
            keyring=self.keyring,
        )
        return SellingServices(
            points=self.points,
            displays=self.displays,
            tills=self._tills,
            exceptions=exceptions,
            vouchers=voucher_services(
                self.storage,
                self.organisations,
                self._tills.backroom,
                exceptions.terminals,
                self.keyring,
            ),
        )

    @cached_property
    def _overrides(self) -> Overrides:
        return Overrides(storage=self.storage, backroom=self.cards.backroom, settings=self.own)

    @cached_property
    def _tills(self) -> TillServices:
        room = Backroom(
            contacts=self.contacts,
            customers=self.customers,
            cards=self.cards.cards,
            course=self.course,
            mailroom=self.mailroom,
            settings=self.own,
            points=self.points.points,
            rewards=self.points.rewards,
            routes=self.routes,
        )
        return till_services(
            self.storage,
            self.organisations,
            self.requests,
            room,
            displays=self.displays,
            overrides=self._overrides,
            clients=self.clients,
            sealer=self.sealer,
        )
