"""What all parts stand on: keys, storage, contact points, limits, and the way out."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from watchword.features.calls.pauses.service import Pauses
from watchword.features.challenges.codes import Draw
from watchword.features.challenges.desk import DENIALS, ENTRIES, Mailroom
from watchword.features.challenges.policies import Policy, Purpose
from watchword.features.contacts.service import Contacts
from watchword.features.delivery.routes import Routes
from watchword.features.delivery.service import Outbox
from watchword.features.idempotency.service import Requests
from watchword.features.limits.rules import Limits
from watchword.features.organisations.rules import Mode
from watchword.features.organisations.service import Organisations
from watchword.features.prices.rules import PriceList
from watchword.features.routing.rules import Plan
from watchword.features.sandbox.service import Sandbox
from watchword.features.templates.rules import LOCALES
from watchword.features.webhooks.ports import Connector
from watchword.features.webhooks.service import Webhooks
from watchword.foundation.bells import Bells
from watchword.foundation.keyring import KeyKind, Keyring
from watchword.foundation.sealing import Sealer
from watchword.foundation.storage import Storage
from watchword.providers.webhooks.connector import SafeConnector
from watchword.settings import (
    Settings,
    fence,
    limits,
    plans,
    policies,
    prices,
    routes,
)
from watchword.wiring.watchtower import Watchtower


class Ground:
    """Each property is one part of a process, made when it is first needed."""

    def __init__(
        self,
        settings: Settings,
        keyring: Keyring,
        storage: Storage,
        bells: Bells,
        draw: Draw,
        *,
        pauses: Pauses,
        watchtower: Watchtower,
    ) -> None:
        self._settings = settings
        self._keyring = keyring
        self._storage = storage
        self._bells = bells
        self._draw = draw
        self._pauses = pauses
        self._watchtower = watchtower

    @cached_property
    def _sealer(self) -> Sealer:
        return Sealer(self._keyring.versions(KeyKind.OUTBOX))

    @cached_property
    def _organisations(self) -> Organisations:
        return Organisations(storage=self._storage, keyring=self._keyring, locales=LOCALES)

    @cached_property
    def _contacts(self) -> Contacts:
        return Contacts(storage=self._storage, organisations=self._organisations)

    @cached_property
    def _requests(self) -> Requests:
        return Requests(storage=self._storage, sealer=self._sealer)

    @cached_property
    def _sandbox(self) -> Sandbox:
        return Sandbox(
            storage=self._storage,
            organisations=self._organisations,
            sealer=self._sealer,
            bells=self._bells,
        )

    @cached_property
    def _routes(self) -> Routes:
        return routes(self._settings)

    @cached_property
    def _plans(self) -> Mapping[str, Plan]:
        return plans(self._settings)

    @cached_property
    def _prices(self) -> PriceList | None:
        return prices(self._settings)

    @cached_property
    def _policies(self) -> Mapping[Purpose, Policy]:
        return policies(self._settings)

    @cached_property
    def _limits(self) -> Mapping[Mode, Limits]:
        live = limits(self._settings)
        # What the sandbox sends costs nothing and reaches nobody, so it is not counted.
        return {Mode.LIVE: live, Mode.TEST: replace(live, sends=())}

    @cached_property
    def _connector(self) -> Connector:
        return SafeConnector(fence(self._settings))

    @cached_property
    def _webhooks(self) -> Webhooks:
        return Webhooks(
            storage=self._storage,
            sealer=self._sealer,
            bells=self._bells,
            requests=self._requests,
            connector=self._connector,
        )

    @cached_property
    def _mailroom(self) -> Mailroom:
        return Mailroom(
            outbox=Outbox(sealer=self._sealer, bells=self._bells),
            webhooks=self._webhooks,
            denials=self._settings.web.public_url + DENIALS,
            entries=self._settings.web.public_url + ENTRIES,
            tally=self._watchtower.metrics.product,
        )
