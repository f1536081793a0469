"""The parts of the customer's own side."""

from dataclasses import dataclass
from functools import cached_property

from watchword.features.cards.handing.service import Handing
from watchword.features.challenges.denials.service import Denials
from watchword.features.challenges.desk import Mailroom
from watchword.features.challenges.displays.service import Displays
from watchword.features.challenges.service import Challenges
from watchword.features.contacts.service import Contacts
from watchword.features.customers.service import Customers
from watchword.features.delivery.routes import Routes
from watchword.features.limits.service import Gates
from watchword.features.organisations.service import Organisations
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.features.staff.passkeys.rules import party_at
from watchword.features.statements.service import Statements
from watchword.features.wallet.arrivals.service import Arrivals
from watchword.features.wallet.changes.service import ContactChanges
from watchword.features.wallet.codes.service import WalletCodes
from watchword.features.wallet.devices.service import Devices
from watchword.features.wallet.effects.service import Effects, WalletDenials
from watchword.features.wallet.entrance.service import Entrance
from watchword.features.wallet.notices.service import Notices
from watchword.features.wallet.passkeys.service import Passkeys
from watchword.features.wallet.service import Wallet
from watchword.features.wallet.sessions.service import Sessions
from watchword.foundation.sealing import Sealer
from watchword.foundation.storage import Storage
from watchword.wiring.cards import CardServices
from watchword.wiring.tokens import new_token


@dataclass(frozen=True, kw_only=True)
class WalletServices:
    """All that the pages of the wallet may call, each made when it is first needed."""

    storage: Storage
    organisations: Organisations
    contacts: Contacts
    customers: Customers
    cards: CardServices
    challenges: Challenges
    mailroom: Mailroom
    routes: Routes
    settings: OrganisationSettings
    gates: Gates
    statements: Statements
    displays: Displays
    challenge_denials: Denials
    sealer: Sealer
    public_url: str

    def __post_init__(self) -> None:
        self.customers.be_heard_by(Effects())

    @cached_property
    def wallet(self) -> Wallet:
        return Wallet(
            storage=self.storage,
            organisations=self.organisations,
            sessions=self.sessions,
            settings=self.settings,
            statements=self.statements,
        )

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(storage=self.storage)

    @cached_property
    def notices(self) -> Notices:
        return Notices(
            customers=self.customers,
            outbox=self.mailroom.outbox,
            routes=self.routes,
            denials=self.mailroom.denials,
            new_token=new_token,
        )

    @cached_property
    def arrivals(self) -> Arrivals:
        return Arrivals(
            storage=self.storage,
            contacts=self.contacts,
            challenges=self.challenges,
            gates=self.gates,
            sealer=self.sealer,
        )

    @cached_property
    def changes(self) -> ContactChanges:
        return ContactChanges(
            storage=self.storage,
            customers=self.customers,
            contacts=self.contacts,
            arrivals=self.arrivals,
            notices=self.notices,
        )

    @cached_property
    def entrance(self) -> Entrance:
        return Entrance(
            storage=self.storage,
            customers=self.customers,
            contacts=self.contacts,
            cards=self.cards.cards,
            handing=Handing(customers=self.customers, cards=self.cards.cards),
            arrivals=self.arrivals,
            sessions=self.sessions,
            changes=self.changes,
            notices=self.notices,
            settings=self.settings,
        )

    @cached_property
    def devices(self) -> Devices:
        return Devices(
            storage=self.storage,
            contacts=self.contacts,
            sessions=self.sessions,
            notices=self.notices,
        )

    @cached_property
    def passkeys(self) -> Passkeys:
        return Passkeys(
            storage=self.storage,
            contacts=self.contacts,
            customers=self.customers,
            sessions=self.sessions,
            notices=self.notices,
            party=party_at(self.public_url),
        )

    @cached_property
    def codes(self) -> WalletCodes:
        return WalletCodes(
            storage=self.storage,
            customers=self.customers,
            settings=self.settings,
            displays=self.displays,
            denials=self.challenge_denials,
        )

    @cached_property
    def denials(self) -> WalletDenials:
        return WalletDenials(
            storage=self.storage,
            organisations=self.organisations,
            customers=self.customers,
            contacts=self.contacts,
        )
