"""What happens when a link is opened: it is found out whose it is, and whether it leads on."""

from watchword.features.campaigns.links.rules import LinkBox
from watchword.features.campaigns.recipients.rules import Step
from watchword.features.campaigns.recipients.store import Linked, LinkedRecipients, RecipientStore
from watchword.features.campaigns.rules import Campaign, CampaignId
from watchword.features.campaigns.store import CampaignStore
from watchword.features.gates.rules import Found
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.service import Organisations
from watchword.foundation.ids import EVERYWHERE, OrganisationId
from watchword.foundation.remembered import Remembered
from watchword.foundation.storage import Storage, Transaction

REMEMBERED_FOR = 3.0  # seconds


class CampaignLinks:
    """Fills the `Links` port."""

    def __init__(self, *, storage: Storage, organisations: Organisations, box: LinkBox) -> None:
        self._storage = storage
        self._organisations = organisations
        self._box = box
        self._known = Remembered[OrganisationId, Organisation](fresh_for=REMEMBERED_FOR)

    async def find(self, text: str) -> Found | None:
        """Give what a link leads to now; nothing, if it leads nowhere, for whatever reason."""
        for named in self._box.open(text):
            async with self._storage.reading(EVERYWHERE) as transaction:
                linked = await LinkedRecipients(transaction).find(named)
                if linked is None:
                    continue
                if not _leads_somewhere(linked, transaction):
                    return None
                organisation = await self._organisation(transaction, linked.organisation_id)
            return Found(
                organisation=organisation,
                campaign=linked.campaign,
                recipient=linked.recipient,
                link=named,
            )
        return None

    async def mark(self, transaction: Transaction, found: Found, step: Step) -> bool:
        return await RecipientStore(transaction, found.organisation.id).mark(found.link, step)

    async def campaign(
        self, transaction: Transaction, organisation_id: OrganisationId, id: CampaignId
    ) -> Campaign | None:
        return await CampaignStore(transaction, organisation_id).get(id)

    async def _organisation(self, transaction: Transaction, id: OrganisationId) -> Organisation:
        async def look() -> Organisation:
            return await self._organisations.read(transaction, id)

        return await self._known.find(id, look)


def _leads_somewhere(linked: Linked, transaction: Transaction) -> bool:
    """Say whether a link is good: its campaign lets it be, and its recipient is still one."""
    is_somebody = linked.recipient.contact_id is not None
    return is_somebody and linked.campaign.has_live_links(transaction.now())
