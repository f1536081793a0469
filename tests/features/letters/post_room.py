"""A house that prints its own letters, with codes that are known."""

from dataclasses import dataclass

from tests.whole_house import Dealt
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.shown import Shown
from watchword.features.clients.rules import Client
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.post import Place, read_post
from watchword.features.contacts.rules import Contact
from watchword.features.delivery.routes import FOLDER
from watchword.features.delivery.rules import Accepted, ProviderName, Queued, SendOutcome
from watchword.wiring import Services


def home(name: str = "Jörg Müßig-Öztürk", street: str = "Hauptstraße 1") -> Contact:
    contact = read_post(Place(name, street, "10115", "Berlin", "DE"))
    assert isinstance(contact, Contact)
    return contact


def asked_for(contact: Contact | None = None, locale: str = "de") -> Opening:
    return Opening(
        purpose=Purpose.CARD_VERIFICATION,
        contact=contact or home(),
        channel=Channel.LETTER,
        locale=locale,
    )


@dataclass
class PostRoom:
    services: Services
    client: Client
    dealt: Dealt
    carrier: ProviderName = FOLDER

    async def write(self, contact: Contact | None = None, locale: str = "de") -> Shown:
        """Ask for a letter, and let it go as far as nobody has to lend a hand."""
        opening = asked_for(contact, locale)
        shown = await self.services.challenges.open(self.client, opening)
        assert isinstance(shown, Shown), shown
        await self.carry()
        return shown

    async def carry(self) -> list[SendOutcome]:
        """Do what the worker of the folder does."""
        deliveries, folder = self.services.deliveries, self.services.providers[self.carrier]
        outcomes = []
        for queued in await deliveries.claim(self.carrier, 100):
            outcome = await folder.send(await deliveries.open(queued))
            await deliveries.settle(queued, outcome, knows_repeats=True, chance=0.5)
            outcomes.append(outcome)
        return outcomes

    async def send_again(self, queued: Queued) -> SendOutcome:
        folder = self.services.providers[FOLDER]
        return await folder.send(await self.services.deliveries.open(queued))

    async def draw(self) -> None:
        while await self.services.letters.batches.draw_some():
            pass


def reference_of(outcome: SendOutcome) -> str:
    assert isinstance(outcome, Accepted)
    assert outcome.reference
    return outcome.reference
