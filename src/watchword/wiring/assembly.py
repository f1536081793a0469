"""How the parts are put together: each knows what it needs, and is made when it is first needed."""

from collections.abc import Mapping
from functools import cached_property

from watchword.features.calls.notices.rules import NOTICE
from watchword.features.calls.untold.service import Returns
from watchword.features.challenges.allowances.service import Allowances
from watchword.features.clients.service import Clients
from watchword.features.consents.imported.service import ImportedConsents
from watchword.features.cores.ports import BankingCore
from watchword.features.cores.rules import CoreName
from watchword.features.delivery.paces.service import Paces
from watchword.features.delivery.ports import Provider
from watchword.features.delivery.rules import ProviderName
from watchword.features.delivery.service import Deliveries
from watchword.features.limits.service import Gates, Lifts
from watchword.features.routing.service import Plans
from watchword.features.templates.own.service import OwnTexts
from watchword.features.webhooks.posting.service import Posting
from watchword.foundation.keyring import KeyKind
from watchword.settings import paces
from watchword.wiring.abuse import AbuseServices, abuse_services
from watchword.wiring.advertising import AdvertisingServices
from watchword.wiring.campaigns import CampaignParts, CampaignServices, authors, house_of
from watchword.wiring.cards import CardServices, card_services
from watchword.wiring.configuration import (
    ConfigurationServices,
    Offer,
    configuration_services,
)
from watchword.wiring.consents import ConsentServices, consent_services, unsubscribe_links
from watchword.wiring.cores import open_cores
from watchword.wiring.customers import CustomerServices, customer_services
from watchword.wiring.gates import GateParts
from watchword.wiring.imports import ImportServices, import_services
from watchword.wiring.joining import JoiningServices, joining_services
from watchword.wiring.ledger import LedgerServices, ledger_services
from watchword.wiring.letters import LetterServices, letter_services
from watchword.wiring.limits import LimitServices
from watchword.wiring.news import news_of_messages
from watchword.wiring.operation import operation
from watchword.wiring.overview import OverviewServices, overview_services
from watchword.wiring.pages import page_services
from watchword.wiring.points import PointServices, point_services
from watchword.wiring.privacy import PrivacyServices, privacy_services
from watchword.wiring.providers import open_providers
from watchword.wiring.proving import Proving
from watchword.wiring.selling import SellingParts, SellingServices
from watchword.wiring.services import Services
from watchword.wiring.staff import StaffParts, StaffServices
from watchword.wiring.telephone import TelephoneParts, TelephoneServices
from watchword.wiring.tokens import newest_of
from watchword.wiring.wallet import WalletServices


class Assembly(Proving):
    """The parts of one process. Each property is one, made once."""

    def services(self) -> Services:
        return Services(
            settings=self._settings,
            storage=self._storage,
            bells=self._bells,
            organisations=self._organisations,
            clients=self._clients,
            contacts=self._contacts,
            challenges=self._challenges,
            steps=self._steps,
            denials=self._denials,
            returns=self._returns,
            proving=self._proving,
            abuse=self._abuse,
            plans=Plans(storage=self._storage, routes=self._routes, house=self._plans),
            webhooks=self._webhooks,
            posting=Posting(storage=self._storage, sealer=self._sealer, webhooks=self._webhooks),
            connector=self._connector,
            requests=self._requests,
            limits=self._limit_services,
            own_texts=self._own_texts,
            deliveries=self._deliveries,
            sandbox=self._sandbox,
            configuration=self._configuration,
            operation=operation(self._storage, self._keyring, self._watchtower),
            overview=self._overview,
            staff=self._staff,
            of_customers=self._customers,
            cards=self._cards,
            imports=self._imports,
            selling=self._selling,
            joining=self._joining,
            wallet=self._wallet,
            advertising=self._advertising,
            ledger=self._ledger,
            privacy=self._privacy,
            letters=self._letters,
            telephone=self._telephone,
            providers=self._providers,
        )

    @cached_property
    def _clients(self) -> Clients:
        return Clients(storage=self._storage, requests=self._requests)

    @cached_property
    def _abuse(self) -> AbuseServices:
        parts = (self._storage, self._rulebook, self._guard, self._requests, self._prices)
        return abuse_services(*parts, contacts=self._contacts)

    @cached_property
    def _selling(self) -> SellingServices:
        return SellingParts(
            storage=self._storage,
            organisations=self._organisations,
            requests=self._requests,
            contacts=self._contacts,
            customers=self._customers.customers,
            cards=self._cards,
            course=self._course,
            mailroom=self._mailroom,
            own=self._own_settings,
            points=self._points,
            displays=self._displays,
            routes=self._routes,
            approvals=self._configuration.approvals,
            clients=self._clients,
            sealer=self._sealer,
            keyring=self._keyring,
        ).services()

    @cached_property
    def _configuration(self) -> ConfigurationServices:
        return configuration_services(
            self._settings,
            self._storage,
            self._own_settings,
            Offer(routes=self._routes, prices=self._prices),
            organisations=self._organisations,
            rulebook=self._rulebook,
        )

    @cached_property
    def _overview(self) -> OverviewServices:
        return overview_services(
            self._settings,
            self._storage,
            contacts=self._contacts,
            outbox=self._mailroom.outbox,
            routes=self._routes,
            prices=self._prices,
            providers=lambda: self._providers,
            reporting=self._reporting,
        )

    @cached_property
    def _staff(self) -> StaffServices:
        return StaffParts(
            settings=self._settings,
            storage=self._storage,
            organisations=self._organisations,
            contacts=self._contacts,
            own=self._own_settings,
            outbox=self._mailroom.outbox,
            routes=self._routes,
            challenges=self._challenges,
            policies=self._policies,
            codes=self._limits,
            approvals=self._configuration.approvals,
            sealer=self._sealer,
        ).services()

    @cached_property
    def _customers(self) -> CustomerServices:
        return customer_services(
            self._storage,
            self._organisations,
            self._contacts,
            mailroom=self._mailroom,
            requests=self._requests,
        )

    @cached_property
    def _cards(self) -> CardServices:
        return card_services(
            self._storage,
            self._organisations,
            self._customers.customers,
            mailroom=self._mailroom,
            routes=self._routes,
            settings=self._own_settings,
            challenges=self._challenges,
            approvals=self._configuration.approvals,
            requests=self._requests,
        )

    @cached_property
    def _points(self) -> PointServices:
        return point_services(
            self._storage,
            self._contacts,
            self._customers.customers,
            self._requests,
            self._webhooks,
        )

    @cached_property
    def _imports(self) -> ImportServices:
        return import_services(
            self._storage,
            self._organisations,
            self._contacts,
            self._configuration.approvals,
            self._sealer,
            book=ImportedConsents(webhooks=self._webhooks),
        )

    @cached_property
    def _limit_services(self) -> LimitServices:
        return LimitServices(
            gates=self._gates,
            lifts=Lifts(storage=self._storage),
            allowances=Allowances(storage=self._storage, limits=self._limits),
        )

    @cached_property
    def _gates(self) -> Gates:
        return Gates(storage=self._storage, key=newest_of(self._keyring, KeyKind.CODES))

    @cached_property
    def _joining(self) -> JoiningServices:
        return joining_services(
            self._storage,
            self._organisations,
            self._contacts,
            self._customers.customers,
            self._cards,
            gates=self._gates,
            settings=self._own_settings,
        )

    @cached_property
    def _wallet(self) -> WalletServices:
        return WalletServices(
            storage=self._storage,
            organisations=self._organisations,
            contacts=self._contacts,
            customers=self._customers.customers,
            cards=self._cards,
            challenges=self._challenges,
            mailroom=self._mailroom,
            routes=self._routes,
            settings=self._own_settings,
            gates=self._gates,
            statements=self._points.statements,
            displays=self._displays,
            challenge_denials=self._denials,
            sealer=self._sealer,
            public_url=self._settings.web.public_url,
        )

    @cached_property
    def _consents(self) -> ConsentServices:
        return consent_services(
            self._storage,
            self._organisations,
            self._contacts,
            mailroom=self._mailroom,
            routes=self._routes,
            settings=self._own_settings,
            links=unsubscribe_links(self._keyring, self._settings.web.public_url),
        )

    @cached_property
    def _ledger(self) -> LedgerServices:
        approvals = self._configuration.approvals
        return ledger_services(
            self._settings, self._keyring, self._storage, self._webhooks, approvals
        )

    @cached_property
    def _privacy(self) -> PrivacyServices:
        return privacy_services(
            self._settings,
            self._storage,
            self._organisations,
            self._contacts,
            customers=self._customers.customers,
            mailroom=self._mailroom,
            approvals=self._configuration.approvals,
            ledger=self._ledger.entries,
            sessions=self._staff.sessions,
            consents=self._consents.consents,
        )

    @cached_property
    def _letters(self) -> LetterServices:
        return letter_services(
            self._settings,
            self._storage,
            self._organisations,
            self._contacts,
            returns=self._returns,
            approvals=self._configuration.approvals,
            sealer=self._sealer,
            bells=self._bells,
            mark_bad=self._cards.effects.mark_bad,
        )

    @cached_property
    def _cores(self) -> Mapping[CoreName, BankingCore]:
        return open_cores(self._settings, self._storage.now)

    @cached_property
    def _telephone(self) -> TelephoneServices:
        return TelephoneParts(
            storage=self._storage,
            organisations=self._organisations,
            challenges=self._challenges,
            outbox=self._mailroom.outbox,
            routes=self._routes,
            webhooks=self._webhooks,
            customers=self._customers.customers,
            cards=self._cards.cards,
            cores=self._cores,
            whose_cores={
                CoreName(name): each.organisations for name, each in self._settings.cores.items()
            },
            pauses=self._pauses,
            sealer=self._sealer,
            keyring=self._keyring,
        ).services()

    @cached_property
    def _advertising(self) -> AdvertisingServices:
        pages = page_services(self._storage, self._requests, self._keyring)
        return AdvertisingServices(
            consents=self._consents,
            pages=pages,
            campaigns=self._campaigns,
            gates=GateParts(
                storage=self._storage,
                organisations=self._organisations,
                contacts=self._contacts,
                pages=pages.pages,
                consents=self._consents.consents,
                challenges=self._challenges,
                knocks=self._gates,
                outbox=self._mailroom.outbox,
                house=self._campaigns.house,
                numbers=self._staff.numbers,
                keyring=self._keyring,
                sealer=self._sealer,
                draw=self._draw,
            ).services(),
        )

    @cached_property
    def _campaigns(self) -> CampaignServices:
        return CampaignParts(
            storage=self._storage,
            organisations=self._organisations,
            settings=self._own_settings,
            contacts=self._contacts,
            requests=self._requests,
            audiences=self._customers.audiences.audiences,
            outbox=self._mailroom.outbox,
            bells=self._bells,
            house=house_of(self._settings, self._routes, self._prices),
            keyring=self._keyring,
        ).services()

    @cached_property
    def _providers(self) -> Mapping[ProviderName, Provider]:
        return open_providers(
            *(self._settings, self._sandbox, self._deliveries, self._letters),
            self._storage.now,
            inbound=self._consents.inbound,
        )

    @cached_property
    def _deliveries(self) -> Deliveries:
        return Deliveries(
            storage=self._storage,
            sealer=self._sealer,
            bells=self._bells,
            routes=self._routes,
            texts=self._own_texts,
            tell=news_of_messages(self._steps, self._letters, self._watchtower.metrics.product),
            authors=authors(
                *(self._storage, self._organisations, self._keyring),
                self._settings.web.public_url,
            ),
            hearers={NOTICE: Returns()},
            paces=Paces(paces(self._settings)),
        )

    @cached_property
    def _own_texts(self) -> OwnTexts:
        return OwnTexts(storage=self._storage)
