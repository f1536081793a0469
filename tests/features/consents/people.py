"""What tests of consent do again and again: people agree, write to us, and are written to."""

import json
from collections.abc import Sequence

from tests.whole_house import PHONE, phone
from watchword.features.clients.rules import Client
from watchword.features.consents.rules import Agreement, Record, Scope, Shown, Source
from watchword.features.consents.service import said_by
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact
from watchword.features.delivery.receipts import Incoming
from watchword.features.delivery.rules import Address, ProviderName
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.settings.sections import SectionName
from watchword.foundation.ids import new_id
from watchword.foundation.secret import Secret
from watchword.wiring import Services

GATEWAY = ProviderName("gateway")
NEWS = Shown("en", "Offers by text. STOP ends it.")
SET = """
    insert into organisation_settings (
        organisation_id, scope, section, version, content, changed_at, changed_by
    ) values (:whose, '', :section, 1, :content, 1, 'test')
    on conflict (organisation_id, scope, section) do update set content = excluded.content
"""


async def write(
    services: Services,
    text: str,
    sender: str = PHONE,
    *,
    reference: str | None = None,
    is_answered: bool = False,
    channel: Channel = Channel.SMS,
    of: Organisation | None = None,
) -> None:
    incoming = Incoming(
        channel=channel,
        sender=Address(sender),
        text=Secret(text),
        is_answered=is_answered,
        reference=reference or str(new_id()),
    )
    await services.consents.inbound.hear(GATEWAY, [incoming], of)


async def agree(
    services: Services, of: Client, contact: Contact | None = None, scope: Scope = Scope.TEXT
) -> None:
    agreed = Agreement(scope, Source.FORM, NEWS)
    caller = said_by(of.organisation, Source.FORM)
    async with services.storage.begin(of.organisation.id) as transaction:
        await services.consents.consents.give(transaction, caller, contact or phone(), agreed)


async def may(services: Services, of: Client, scope: Scope = Scope.TEXT) -> bool:
    async with services.storage.reading(of.organisation.id) as transaction:
        return await services.consents.consents.may_be_sent(
            transaction, of.organisation.id, phone(), scope
        )


async def book(services: Services, of: Client) -> Sequence[Record]:
    async with services.storage.reading(of.organisation.id) as transaction:
        return await services.consents.consents.of(transaction, of.organisation.id, phone())


async def sent(services: Services, provider: ProviderName = GATEWAY) -> list[str]:
    """Give what is on its way, and let it be gone."""
    claimed = await services.deliveries.claim(provider, 100)
    return [(await services.deliveries.open(each)).text.reveal() for each in claimed]


async def set_up(services: Services, of: Client, **own: object) -> None:
    """Give an organisation settings of its own about consent, before anybody has asked for them."""
    whose = of.organisation.id
    async with services.storage.begin(whose) as transaction:
        await transaction.run(
            SET, whose=str(whose), section=SectionName.CONSENT, content=json.dumps(own)
        )
