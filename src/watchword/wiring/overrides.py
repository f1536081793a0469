"""The parts that know exceptions from proof: tills, master PINs, their uses and what is odd."""

from dataclasses import dataclass

from watchword.features.approvals.service import Approvals
from watchword.features.cards.desk import Backroom
from watchword.features.idempotency.service import Requests
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.features.redemptions.disputes.service import Disputes
from watchword.features.redemptions.master_pins.entries.service import PinEntries
from watchword.features.redemptions.master_pins.service import MasterPins
from watchword.features.redemptions.misuse.service import Misuse
from watchword.features.redemptions.overrides.service import Overrides
from watchword.features.redemptions.viewings.service import Viewings
from watchword.features.tills.terminals.service import Terminals
from watchword.foundation.keyring import KeyKind, Keyring
from watchword.foundation.sealing import Sealer
from watchword.foundation.storage import Storage
from watchword.wiring.tills import TillServices


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideServices:
    """All that doors may ask about exceptions from proof."""

    terminals: Terminals
    master_pins: MasterPins
    pin_entries: PinEntries
    overrides: Overrides
    disputes: Disputes
    misuse: Misuse
    viewings: Viewings


def override_services(
    storage: Storage,
    requests: Requests,
    approvals: Approvals,
    backroom: Backroom,
    tills: TillServices,
    *,
    overrides: Overrides,
    settings: OrganisationSettings,
    keyring: Keyring,
) -> OverrideServices:
    terminals = Terminals(storage=storage, organisations=backroom.organisations)
    tills.tills.be_heard_by(overrides)
    sealer = Sealer(keyring.versions(KeyKind.PINS))
    return OverrideServices(
        terminals=terminals,
        master_pins=MasterPins(storage=storage, approvals=approvals, sealer=sealer),
        pin_entries=PinEntries(
            storage=storage,
            requests=requests,
            tills=tills.tills,
            terminals=terminals,
            rewards=tills.backroom.rewards,
            overrides=overrides,
            sealer=sealer,
        ),
        overrides=overrides,
        disputes=Disputes(storage=storage, backroom=backroom, redemptions=tills.redemptions),
        misuse=Misuse(storage=storage, settings=settings),
        viewings=Viewings(
            storage=storage,
            contacts=tills.backroom.contacts,
            tills=tills.tills,
            displays=tills.displays,
            overrides=overrides,
        ),
    )
