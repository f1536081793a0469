"""How the parts that make, send and judge codes are put together."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from watchword.features.abuse.rulebook.service import Rulebook
from watchword.features.abuse.service import Guard
from watchword.features.challenges.codebook import Codebook
from watchword.features.challenges.course.service import Course
from watchword.features.challenges.denials.service import Denials
from watchword.features.challenges.displays.service import Displays
from watchword.features.challenges.foresight.service import Foresight
from watchword.features.challenges.returns.service import Returns
from watchword.features.challenges.service import Challenges
from watchword.features.challenges.steps.service import Steps
from watchword.features.delivery.ports import Provider
from watchword.features.delivery.rules import ProviderName
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.features.routing.service import Router
from watchword.foundation.chance import chance
from watchword.foundation.keyring import KeyKind
from watchword.wiring.abuse import open_rulebook
from watchword.wiring.configuration import own_settings, shut_by
from watchword.wiring.crossings import CrossingServices, crossing_services
from watchword.wiring.ground import Ground
from watchword.wiring.letters import before_it_is_asked_for
from watchword.wiring.news import news_of_blocks
from watchword.wiring.schemes import SchemeServices, scheme_services
from watchword.wiring.tokens import new_token


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvingServices:
    """What the doors may call of what stands before challenges, and around them."""

    foresight: Foresight
    schemes: SchemeServices
    crossings: CrossingServices


class Proving(Ground, ABC):
    """What proves that somebody has a contact point, on the ground of all."""

    @property
    @abstractmethod
    def _providers(self) -> Mapping[ProviderName, Provider]:
        """Give who carries messages; they in turn tell the parts here what became of them."""

    @cached_property
    def _own_settings(self) -> OrganisationSettings:
        return own_settings(self._storage, self._organisations, self._mailroom)

    @cached_property
    def _rulebook(self) -> Rulebook:
        return open_rulebook(self._settings, self._storage, self._own_settings)

    @cached_property
    def _guard(self) -> Guard:
        return Guard(
            storage=self._storage,
            organisations=self._organisations,
            rulebook=self._rulebook,
            tell=news_of_blocks(self._webhooks, self._watchtower.metrics.product),
            keep=timedelta(days=self._settings.abuse.keep_days),
            served=self._routes.served,
        )

    @cached_property
    def _router(self) -> Router:
        return Router(
            routes=self._routes,
            guard=self._guard,
            plans=self._plans,
            prices=self._prices,
            chance=chance,
            shut=shut_by(self._own_settings),
        )

    @cached_property
    def _codebook(self) -> Codebook:
        return Codebook(
            keys=self._keyring.versions(KeyKind.CODES),
            sealer=self._sealer,
            draw=self._draw,
            new_token=new_token,
        )

    @cached_property
    def _challenges(self) -> Challenges:
        return Challenges(
            storage=self._storage,
            contacts=self._contacts,
            mailroom=self._mailroom,
            requests=self._requests,
            router=self._router,
            course=self._course,
        )

    @cached_property
    def _course(self) -> Course:
        return Course(
            organisations=self._organisations,
            contacts=self._contacts,
            mailroom=self._mailroom,
            routes=self._routes,
            guard=self._guard,
            router=self._router,
            policies=self._policies,
            limits=self._limits,
            codebook=self._codebook,
            chance_of=self._sandbox.draw,
            why_not=before_it_is_asked_for(self._routes, lambda: self._providers),
        )

    @cached_property
    def _proving(self) -> ProvingServices:
        storage, organisations, contacts = self._storage, self._organisations, self._contacts
        schemes = scheme_services(
            storage,
            organisations,
            contacts,
            mailroom=self._mailroom,
            course=self._course,
            guard=self._guard,
            codebook=self._codebook,
        )
        return ProvingServices(
            foresight=self._foresight,
            schemes=schemes,
            crossings=crossing_services(
                self._settings, storage, organisations, contacts, schemes.askings
            ),
        )

    @cached_property
    def _displays(self) -> Displays:
        return Displays(
            contacts=self._contacts,
            mailroom=self._mailroom,
            policies=self._policies,
            limits=self._limits,
            codebook=self._codebook,
            chance_of=self._sandbox.draw,
        )

    @cached_property
    def _steps(self) -> Steps:
        return Steps(
            storage=self._storage,
            organisations=self._organisations,
            contacts=self._contacts,
            mailroom=self._mailroom,
            router=self._router,
            policies=self._policies,
            limits=self._limits,
            codebook=self._codebook,
            bells=self._bells,
            reporting=self._reporting,
        )

    @cached_property
    def _foresight(self) -> Foresight:
        return Foresight(
            storage=self._storage,
            organisations=self._organisations,
            contacts=self._contacts,
            mailroom=self._mailroom,
            router=self._router,
        )

    @cached_property
    def _denials(self) -> Denials:
        return Denials(
            storage=self._storage,
            organisations=self._organisations,
            mailroom=self._mailroom,
            limits=self._limits,
        )

    @cached_property
    def _returns(self) -> Returns:
        return Returns(
            storage=self._storage, organisations=self._organisations, mailroom=self._mailroom
        )

    def _reporting(self) -> Collection[str]:
        return {name for name, provider in self._providers.items() if provider.gives_receipts}
