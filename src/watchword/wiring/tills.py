"""The parts that know sales at tills, and what was had for points in them."""

from dataclasses import dataclass

from watchword.features.challenges.displays.service import Displays
from watchword.features.clients.service import Clients
from watchword.features.idempotency.service import Requests
from watchword.features.organisations.service import Organisations
from watchword.features.redemptions.counter.service import Counter
from watchword.features.redemptions.overrides.service import Overrides
from watchword.features.redemptions.service import Redemptions
from watchword.features.redemptions.spendings.service import Spendings
from watchword.features.tills.desk import Backroom
from watchword.features.tills.lookups.service import Lookups
from watchword.features.tills.passes.service import Passes
from watchword.features.tills.service import Tills
from watchword.foundation.sealing import Sealer
from watchword.foundation.storage import Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class TillServices:
    """All that doors may ask about sales at tills."""

    backroom: Backroom
    displays: Displays
    tills: Tills
    lookups: Lookups
    passes: Passes
    redemptions: Redemptions
    spendings: Spendings
    counter: Counter


def till_services(
    storage: Storage,
    organisations: Organisations,
    requests: Requests,
    backroom: Backroom,
    *,
    displays: Displays,
    overrides: Overrides,
    clients: Clients,
    sealer: Sealer,
) -> TillServices:
    tills = Tills(storage=storage, requests=requests, backroom=backroom, displays=displays)
    redemptions = Redemptions(
        storage=storage,
        organisations=organisations,
        requests=requests,
        webhooks=backroom.mailroom.webhooks,
        tills=tills,
        points=backroom.points,
        rewards=backroom.rewards,
        overrides=overrides,
    )
    return TillServices(
        backroom=backroom,
        displays=displays,
        tills=tills,
        lookups=Lookups(
            storage=storage, requests=requests, contacts=backroom.contacts, tills=tills
        ),
        passes=Passes(storage=storage, clients=clients, tills=tills, sealer=sealer),
        redemptions=redemptions,
        spendings=Spendings(
            storage=storage, tills=tills, redemptions=redemptions, points=backroom.points
        ),
        counter=Counter(
            storage=storage, contacts=backroom.contacts, tills=tills, redemptions=redemptions
        ),
    )
