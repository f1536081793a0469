"""All that the doors may call."""

from collections.abc import Mapping
from dataclasses import dataclass

from watchword.features.audiences.lists.service import Lists
from watchword.features.audiences.service import Audiences
from watchword.features.audiences.tags.service import Tags
from watchword.features.campaigns.service import Campaigns
from watchword.features.challenges.denials.service import Denials
from watchword.features.challenges.displays.service import Displays
from watchword.features.challenges.foresight.service import Foresight
from watchword.features.challenges.returns.service import Returns
from watchword.features.challenges.service import Challenges
from watchword.features.challenges.steps.service import Steps
from watchword.features.clients.service import Clients
from watchword.features.contacts.service import Contacts
from watchword.features.customers.duplicates.service import Duplicates
from watchword.features.customers.service import Customers
from watchword.features.delivery.ports import Provider
from watchword.features.delivery.rules import ProviderName
from watchword.features.delivery.service import Deliveries
from watchword.features.idempotency.service import Requests
from watchword.features.organisations.service import Organisations
from watchword.features.points.earning.service import EarnRules
from watchword.features.points.service import Points
from watchword.features.redemptions.counter.service import Counter
from watchword.features.redemptions.disputes.service import Disputes
from watchword.features.redemptions.master_pins.entries.service import PinEntries
from watchword.features.redemptions.master_pins.service import MasterPins
from watchword.features.redemptions.misuse.service import Misuse
from watchword.features.redemptions.overrides.service import Overrides
from watchword.features.redemptions.service import Redemptions
from watchword.features.redemptions.spendings.service import Spendings
from watchword.features.redemptions.viewings.service import Viewings
from watchword.features.rewards.blocklist.service import Blocklist
from watchword.features.rewards.service import Rewards
from watchword.features.routing.service import Plans
from watchword.features.sandbox.clock.service import Clock
from watchword.features.sandbox.service import Sandbox
from watchword.features.statements.service import Statements
from watchword.features.templates.own.service import OwnTexts
from watchword.features.tills.lookups.service import Lookups
from watchword.features.tills.passes.service import Passes
from watchword.features.tills.service import Tills
from watchword.features.tills.terminals.service import Terminals
from watchword.features.webhooks.ports import Connector
from watchword.features.webhooks.posting.service import Posting
from watchword.features.webhooks.service import Webhooks
from watchword.foundation.bells import Bells
from watchword.foundation.storage import Storage
from watchword.settings import Settings
from watchword.wiring.abuse import AbuseServices
from watchword.wiring.advertising import AdvertisingServices
from watchword.wiring.campaigns import CampaignServices
from watchword.wiring.cards import CardServices
from watchword.wiring.configuration import ConfigurationServices
from watchword.wiring.consents import ConsentServices
from watchword.wiring.crossings import CrossingServices
from watchword.wiring.customers import CustomerServices
from watchword.wiring.gates import GateServices
from watchword.wiring.imports import ImportServices
from watchword.wiring.joining import JoiningServices
from watchword.wiring.ledger import LedgerServices
from watchword.wiring.letters import LetterServices
from watchword.wiring.limits import LimitServices
from watchword.wiring.operation import OperationServices
from watchword.wiring.overview import OverviewServices
from watchword.wiring.pages import PageServices
from watchword.wiring.privacy import PrivacyServices
from watchword.wiring.proving import ProvingServices
from watchword.wiring.schemes import SchemeServices
from watchword.wiring.selling import SellingServices
from watchword.wiring.staff import StaffServices
from watchword.wiring.telephone import TelephoneServices
from watchword.wiring.vouchers import VoucherServices
from watchword.wiring.wallet import WalletServices


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """All that the doors may call."""

    settings: Settings
    storage: Storage
    bells: Bells
    organisations: Organisations
    clients: Clients
    contacts: Contacts
    challenges: Challenges
    steps: Steps
    denials: Denials
    returns: Returns
    proving: ProvingServices
    plans: Plans
    abuse: AbuseServices
    webhooks: Webhooks
    posting: Posting
    connector: Connector
    requests: Requests
    limits: LimitServices
    own_texts: OwnTexts
    deliveries: Deliveries
    sandbox: Sandbox
    operation: OperationServices
    overview: OverviewServices
    staff: StaffServices
    of_customers: CustomerServices
    cards: CardServices
    imports: ImportServices
    selling: SellingServices
    joining: JoiningServices
    wallet: WalletServices
    advertising: AdvertisingServices
    configuration: ConfigurationServices
    ledger: LedgerServices
    privacy: PrivacyServices
    letters: LetterServices
    telephone: TelephoneServices
    providers: Mapping[ProviderName, Provider]

    @property
    def foresight(self) -> Foresight:
        return self.proving.foresight

    @property
    def schemes(self) -> SchemeServices:
        return self.proving.schemes

    @property
    def crossings(self) -> CrossingServices:
        return self.proving.crossings

    @property
    def customers(self) -> Customers:
        return self.of_customers.customers

    @property
    def duplicates(self) -> Duplicates:
        return self.of_customers.duplicates

    @property
    def audiences(self) -> Audiences:
        return self.of_customers.audiences.audiences

    @property
    def lists(self) -> Lists:
        return self.of_customers.audiences.lists

    @property
    def tags(self) -> Tags:
        return self.of_customers.audiences.tags

    @property
    def clock(self) -> Clock:
        return Clock(storage=self.storage, requests=self.requests, bells=self.bells)

    @property
    def consents(self) -> ConsentServices:
        return self.advertising.consents

    @property
    def pages(self) -> PageServices:
        return self.advertising.pages

    @property
    def gates(self) -> GateServices:
        return self.advertising.gates

    @property
    def of_campaigns(self) -> CampaignServices:
        return self.advertising.campaigns

    @property
    def campaigns(self) -> Campaigns:
        return self.of_campaigns.campaigns

    @property
    def points(self) -> Points:
        return self.selling.points.points

    @property
    def earn_rules(self) -> EarnRules:
        return self.selling.points.earn_rules

    @property
    def rewards(self) -> Rewards:
        return self.selling.points.rewards

    @property
    def blocklist(self) -> Blocklist:
        return self.selling.points.blocklist

    @property
    def statements(self) -> Statements:
        return self.selling.points.statements

    @property
    def displays(self) -> Displays:
        return self.selling.displays

    @property
    def tills(self) -> Tills:
        return self.selling.tills.tills

    @property
    def lookups(self) -> Lookups:
        return self.selling.tills.lookups

    @property
    def passes(self) -> Passes:
        return self.selling.tills.passes

    @property
    def redemptions(self) -> Redemptions:
        return self.selling.tills.redemptions

    @property
    def vouchers(self) -> VoucherServices:
        return self.selling.vouchers

    @property
    def terminals(self) -> Terminals:
        return self.selling.exceptions.terminals

    @property
    def master_pins(self) -> MasterPins:
        return self.selling.exceptions.master_pins

    @property
    def pin_entries(self) -> PinEntries:
        return self.selling.exceptions.pin_entries

    @property
    def overrides(self) -> Overrides:
        return self.selling.exceptions.overrides

    @property
    def disputes(self) -> Disputes:
        return self.selling.exceptions.disputes

    @property
    def misuse(self) -> Misuse:
        return self.selling.exceptions.misuse

    @property
    def spendings(self) -> Spendings:
        return self.selling.tills.spendings

    @property
    def counter(self) -> Counter:
        return self.selling.tills.counter

    @property
    def viewings(self) -> Viewings:
        return self.selling.exceptions.viewings
