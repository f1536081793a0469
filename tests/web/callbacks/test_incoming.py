"""What a provider passes on is done before it hears that it was taken."""

from httpx import AsyncClient
from structlog.testing import capture_logs

from tests.features.consents.people import agree, may, sent
from tests.web.callbacks.callers import DOOR, Caller
from tests.whole_house import PHONE, new_client
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.receipts import Incoming, Written
from watchword.features.delivery.rules import Address
from watchword.features.organisations.rules import Mode
from watchword.foundation.secret import Secret
from watchword.wiring import Services


async def test_a_stop_is_done_when_its_provider_is_thanked_and_nothing_of_it_is_logged(
    world: AsyncClient, provider: Caller, services: Services
) -> None:
    shop = await new_client(services, "other", Mode.LIVE)
    await agree(services, shop)
    text = Incoming(channel=Channel.SMS, sender=Address(PHONE), text=Secret("stop, I am Ann"))
    provider.heard = Written((text,))

    with capture_logs() as logs:
        replies = [await world.post(DOOR) for _ in range(2)]

    # Twilio would send whatever stands in the answer as a message.
    assert [(each.status_code, each.text) for each in replies] == [(200, ""), (200, "")]
    assert not await may(services, shop)
    assert len(await sent(services)) == 1
    for word in (PHONE, "Ann"):
        assert word not in repr(logs)
