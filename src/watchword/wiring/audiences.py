"""The parts that know whom a campaign means."""

from dataclasses import dataclass

from watchword.features.audiences.lists.service import Lists
from watchword.features.audiences.service import Audiences
from watchword.features.audiences.tags.service import Tags
from watchword.features.campaigns.desk import is_meant
from watchword.features.customers.service import Customers
from watchword.features.idempotency.service import Requests
from watchword.features.organisations.service import Organisations
from watchword.foundation.storage import Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceServices:
    """All that doors may ask about audiences, and about tags of customers."""

    audiences: Audiences
    lists: Lists
    tags: Tags


def audience_services(
    storage: Storage, organisations: Organisations, customers: Customers, requests: Requests
) -> AudienceServices:
    audiences = Audiences(storage=storage, requests=requests, needed=is_meant)
    lists = Lists(storage=storage, organisations=organisations, audiences=audiences)
    tags = Tags(storage=storage, customers=customers)
    for listener in (lists, tags):
        customers.be_heard_by(listener)
    return AudienceServices(audiences=audiences, lists=lists, tags=tags)
