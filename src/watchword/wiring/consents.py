"""How consent is put together."""

from dataclasses import dataclass

from watchword.features.consents.service import Consents
from watchword.features.contacts.service import Contacts
from watchword.features.organisations.service import Organisations
from watchword.features.webhooks.service import Webhooks


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentServices:
    consents: Consents


def consent_services(
    organisations: Organisations, contacts: Contacts, *, webhooks: Webhooks
) -> ConsentServices:
    return ConsentServices(
        consents=Consents(organisations=organisations, contacts=contacts, webhooks=webhooks)
    )
