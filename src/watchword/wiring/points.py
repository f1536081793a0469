"""The parts that know what customers have collected, and what may be had for it."""

from dataclasses import dataclass

from watchword.features.contacts.service import Contacts
from watchword.features.customers.service import Customers
from watchword.features.idempotency.service import Requests
from watchword.features.points.earning.service import EarnRules
from watchword.features.points.service import Points
from watchword.features.rewards.blocklist.service import Blocklist
from watchword.features.rewards.service import Rewards
from watchword.features.statements.service import Statements
from watchword.features.webhooks.service import Webhooks
from watchword.foundation.storage import Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class PointServices:
    """All that doors may ask about points and rewards."""

    points: Points
    earn_rules: EarnRules
    rewards: Rewards
    blocklist: Blocklist
    statements: Statements


def point_services(
    storage: Storage,
    contacts: Contacts,
    customers: Customers,
    requests: Requests,
    webhooks: Webhooks,
) -> PointServices:
    points = Points(storage=storage, requests=requests, webhooks=webhooks)
    customers.let_unite(points)
    return PointServices(
        points=points,
        earn_rules=EarnRules(storage=storage, requests=requests),
        rewards=Rewards(storage=storage, requests=requests),
        blocklist=Blocklist(storage=storage, contacts=contacts, requests=requests),
        statements=Statements(storage=storage),
    )
