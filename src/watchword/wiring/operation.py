"""The parts by which whoever runs a process sees how it fares."""

from dataclasses import dataclass

from watchword.features.census.figures.service import Standing
from watchword.features.census.service import Census
from watchword.foundation.keyring import Keyring
from watchword.foundation.roster import Roster
from watchword.foundation.storage import Storage
from watchword.wiring.metrics import Metrics
from watchword.wiring.readiness import Readiness
from watchword.wiring.watchtower import Watchtower


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationServices:
    """All that doors may ask about this process, and tell of it."""

    watchtower: Watchtower
    roster: Roster
    standing: Standing
    readiness: Readiness
    census: Census

    @property
    def metrics(self) -> Metrics:
        return self.watchtower.metrics


def operation(storage: Storage, keyring: Keyring, watchtower: Watchtower) -> OperationServices:
    roster, standing = Roster(), Standing(storage=storage)
    readiness = Readiness(standing=standing, keyring=keyring, roster=roster)
    return OperationServices(
        watchtower=watchtower,
        roster=roster,
        standing=standing,
        readiness=readiness,
        census=Census(storage=storage),
    )
