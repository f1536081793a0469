"""The parts by which an organisation decides for itself: locations, settings, second persons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from babel.core import get_global

from watchword.features.abuse.rulebook.service import Rulebook
from watchword.features.approvals.ports import CannotBeDone, Done, Perform
from watchword.features.approvals.rules import Kind, Request
from watchword.features.approvals.service import Approvals
from watchword.features.audit.rules import Noun
from watchword.features.challenges.closings.service import Closings
from watchword.features.challenges.desk import Mailroom
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.switches import METHODS, SWITCHED, switched_off
from watchword.features.delivery.routes import Routes
from watchword.features.organisations.locations.service import Locations
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.organisations.service import Organisations
from watchword.features.organisations.settings.changing.rules import read_change
from watchword.features.organisations.settings.changing.service import Changes
from watchword.features.organisations.settings.faults import Circumstances
from watchword.features.organisations.settings.rules import Changed
from watchword.features.organisations.settings.sections import Effective, Method, SectionName
from watchword.features.organisations.settings.service import Hear, OrganisationSettings
from watchword.features.prices.rules import Money, PriceList
from watchword.features.routing.rules import SwitchedOff
from watchword.features.routing.service import Shut
from watchword.features.staff.networks.service import Doorman, NetworksOf
from watchword.features.staff.permissions import TO_ASK
from watchword.features.staff.rules import StaffId, StaffState, actor_of, admits, decides, may
from watchword.features.staff.sessions.rules import SessionLimits
from watchword.features.staff.sessions.service import LimitsOf
from watchword.features.staff.store import StaffStore
from watchword.features.templates.rules import LOCALES
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Storage, Transaction
from watchword.settings import Settings
from watchword.wiring.abuse import loosening

NOBODY = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """By which methods this installation can send anything, and what that costs."""

    routes: Routes
    prices: PriceList | None

    def served(self, organisation: Organisation) -> frozenset[Method]:
        channels = self.routes.served(organisation.mode)
        return frozenset(METHODS[channel] for channel in channels)

    def costs(self, organisation: Organisation) -> Mapping[Method, Money]:
        """Give the most that a message within the country of the organisation may cost."""
        if self.prices is None or organisation.mode is Mode.TEST:
            return {}
        found = {
            method: self.prices.worst(
                channel,
                self.routes.ways(organisation.mode, channel),
                country=organisation.country,
                e164=None,
            )
            for channel, method in METHODS.items()
        }
        return {method: money for method, money in found.items() if money is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationServices:
    """All that doors may ask of what an organisation decides for itself."""

    locations: Locations
    settings: OrganisationSettings
    changes: Changes
    approvals: Approvals
    offer: Offer


def configuration_services(
    settings: Settings,
    storage: Storage,
    own: OrganisationSettings,
    offer: Offer,
    *,
    organisations: Organisations,
    rulebook: Rulebook,
) -> ConfigurationServices:
    zones = frozenset(get_global("zone_territories"))
    house = Circumstances(
        locales=LOCALES,
        idle_minutes=settings.console.idle_minutes,
        whole_hours=settings.console.whole_hours,
        deciders=0,
        zones=zones,
    )
    changes = Changes(storage=storage, settings=own, house=house, count_deciders=_deciders)
    return ConfigurationServices(
        locations=Locations(storage=storage, zones=zones),
        settings=own,
        changes=changes,
        offer=offer,
        approvals=Approvals(
            storage=storage,
            settings=own,
            performers={
                Kind.SETTINGS: _changing(own, changes),
                Kind.ABUSE_RULES: loosening(organisations, rulebook),
            },
            count_deciders=_deciders,
            may_act=_may_act,
        ),
    )


def own_settings(
    storage: Storage, organisations: Organisations, mailroom: Mailroom
) -> OrganisationSettings:
    """Open the settings of organisations; codes that they leave no use for end with them."""
    settings = OrganisationSettings(storage=storage, zones=get_global("territory_zones"))
    closings = Closings(
        storage=storage, organisations=organisations, mailroom=mailroom, settings=settings
    )
    settings.listen(closings.hear)
    return settings


def shut_by(own: OrganisationSettings) -> Shut:
    """Tell the router what an organisation has switched off; most purposes ask for nothing."""

    async def shut(
        transaction: Transaction, organisation: Organisation, purpose: str
    ) -> SwitchedOff | None:
        if purpose not in SWITCHED:
            return None
        if purpose != Purpose.REDEMPTION:
            settings = await own.of(organisation.id, transaction)
        else:
            # Tills look at what is set in this moment, and so have to be answered by that, too.
            now = await own.redemption_now(transaction, organisation.id, None)
            settings = Effective(redemption=now)
        return switched_off(Purpose(purpose), settings)

    return shut


def networks_of(own: OrganisationSettings) -> NetworksOf:
    """Tell the doorman from where staff of an organisation may come."""

    async def networks(organisation_id: OrganisationId) -> Sequence[str]:
        return (await own.of(organisation_id)).access.networks

    return networks


def limits_of(own: OrganisationSettings, house: SessionLimits) -> LimitsOf:
    """Say how long staff of an organisation stay signed in: never longer than the operator says."""

    async def limits(organisation_id: OrganisationId) -> SessionLimits:
        access = (await own.of(organisation_id)).access
        idle, whole = access.idle_minutes, access.whole_hours
        return SessionLimits(
            idle=house.idle if idle is None else min(house.idle, timedelta(minutes=idle)),
            whole=house.whole if whole is None else min(house.whole, timedelta(hours=whole)),
        )

    return limits


def forgetting(doorman: Doorman) -> Hear:
    """Have the doorman read the lists anew when settings were changed."""

    async def hear(changed: Changed) -> None:
        if any(each.section is SectionName.ACCESS for each in changed.differences):
            doorman.forget()

    return hear


def _changing(own: OrganisationSettings, changes: Changes) -> Perform:
    """Change settings as somebody asked for and somebody else approved."""

    async def perform(
        transaction: Transaction, organisation_id: OrganisationId, request: Request, approver: str
    ) -> Done | CannotBeDone:
        outcome = await changes.perform(
            transaction,
            organisation_id,
            read_change(request.payload),
            actor=request.author,
            approved_by=approver,
        )
        if isinstance(outcome, Changed):
            return Done(lambda: own.settle(outcome))
        return CannotBeDone(outcome.word)

    return perform


async def _may_act(
    transaction: Transaction, organisation_id: OrganisationId, request: Request
) -> bool:
    """Say whether whoever asked still works here and may still do it.

    They are held, so that nobody shuts them out between this and the act.
    """
    id = request.author.removeprefix(Noun.STAFF.prefix)
    try:
        staff_id = StaffId(Id(id))
    except ValueError:
        return False
    author = await StaffStore(transaction, organisation_id).hold(staff_id)
    if author is None or author.state is not StaffState.ACTIVE:
        return False
    if request.kind is Kind.CARD_OVERRIDE:
        # At which location it is done is asked there, with the act itself.
        return admits(author.grants, TO_ASK[request.kind])
    location = None
    if request.kind is Kind.SETTINGS:
        location = read_change(request.payload).location
    return may(author.grants, TO_ASK[request.kind], location)


async def _deciders(
    transaction: Transaction, organisation_id: OrganisationId, besides: str = NOBODY
) -> int:
    """Count who could decide on a request for a second person."""
    members = await StaffStore(transaction, organisation_id).all()
    return sum(
        1 for each in members if actor_of(each.id) != besides and decides(each.state, each.grants)
    )
