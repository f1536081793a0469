"""Where the secrets of webhooks rest: elsewhere their seals do not open."""

from watchword.features.webhooks.rules import DeliveryId, EndpointId
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.sealing import Place


def of_secrets(organisation_id: OrganisationId, id: EndpointId) -> Place:
    return Place(organisation_id, "webhook_endpoints", "sealed", str(id))


def of_body(organisation_id: OrganisationId, id: DeliveryId) -> Place:
    return Place(organisation_id, "webhook_deliveries", "sealed", str(id))


NOWHERE = Place(OrganisationId(Id(int=0)), "webhook_endpoints", "none", "")
"""For a seal that nobody opens: it only shows which version of the key is the newest."""
