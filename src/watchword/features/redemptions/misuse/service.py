"""What happens when somebody looks at exceptions: they are counted, and what is odd is named."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from watchword.features.organisations.locations.rules import Location
from watchword.features.organisations.locations.store import LocationStore
from watchword.features.organisations.rules import LocationId, Organisation
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.features.redemptions.misuse.reports import Days, Report, report
from watchword.features.redemptions.misuse.rules import Act, Finding, Hours, findings
from watchword.features.redemptions.misuse.store import MisuseStore
from watchword.features.redemptions.overrides.rules import Use
from watchword.features.redemptions.overrides.store import UseStore
from watchword.foundation.storage import Storage

USES_AT_MOST = 5_000


class Misuse:
    def __init__(self, *, storage: Storage, settings: OrganisationSettings) -> None:
        self._storage = storage
        self._settings = settings

    async def report(self, organisation: Organisation, days: Days = Days.MONTH) -> Report:
        """Count the exceptions of so many days up to now, and say what is odd about them."""
        until = self._storage.now() + timedelta(microseconds=1)
        since = until - timedelta(days=days)
        async with self._storage.reading(organisation.id) as transaction:
            uses = await UseStore(transaction, organisation.id).between(
                since, until, USES_AT_MOST + 1
            )
            counts = MisuseStore(transaction, organisation.id)
            kinds = await UseStore(transaction, organisation.id).kinds(since, until)
            shares = await counts.shares(since, until)
            own = await counts.own(since, until, USES_AT_MOST)
            places = await LocationStore(transaction, organisation.id).page("", 2_000)
        hours = await self._hours(organisation, places)
        kept = uses[:USES_AT_MOST]
        return report(
            kept,
            findings([*_acts(kept), *own], shares, hours),
            shares,
            since=since,
            until=until,
            zone=await self._settings.zone_of(organisation),
            kinds=kinds,
            is_cut=len(uses) > USES_AT_MOST,
        )

    async def findings(self, organisation: Organisation) -> Sequence[Finding]:
        """Say what is odd about the last four weeks."""
        return (await self.report(organisation)).findings

    async def _hours(
        self, organisation: Organisation, places: Sequence[Location]
    ) -> Mapping[LocationId | None, Hours]:
        found: dict[LocationId | None, Hours] = {}
        usual = await self._settings.zone_of(organisation)
        for place in places:
            said = (await self._settings.at(organisation.id, place.id)).exceptions
            zone = ZoneInfo(place.time_zone) if place.time_zone else usual
            found[place.id] = Hours(zone=zone, opens=said.opens, closes=said.closes)
        return found


def _acts(uses: Sequence[Use]) -> Sequence[Act]:
    return [
        Act(
            id=use.id,
            staff=use.staff,
            location=use.location_id,
            customer=use.customer_id,
            at=use.at,
        )
        for use in uses
    ]
