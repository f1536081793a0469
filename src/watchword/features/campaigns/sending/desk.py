"""Whoever has written the messages of campaigns: asked before each leaves, and told what became."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import assert_never

from watchword.features.campaigns.cost import LINKS_BELOW
from watchword.features.campaigns.links.rules import CampaignNumber, LinkBox, Named
from watchword.features.campaigns.recipients.rules import State
from watchword.features.campaigns.rules import Campaign, Text
from watchword.features.campaigns.sending.rules import NOBODY_THERE, OPTED_OUT, PAUSED, read_about
from watchword.features.campaigns.sending.store import Fate, StockStore
from watchword.features.campaigns.store import CampaignStore
from watchword.features.campaigns.texts import LINK, NAME, ORGANISATION, SENDER, fill, whole
from watchword.features.consents.rules import SCOPE_OF
from watchword.features.consents.unsubscribing.links import UnsubscribeLinks, Whose
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import ContactId
from watchword.features.customers.reached.store import ReachedStore
from watchword.features.delivery.nobody import is_nobody_there
from watchword.features.delivery.ports import Claimed
from watchword.features.delivery.rules import MessageId, News, Receipt
from watchword.features.delivery.rules import State as MessageState
from watchword.features.organisations.service import Organisations
from watchword.features.templates.rules import Rendered, WordsMissing
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.remembered import Remembered
from watchword.foundation.sealing import KeyAway
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage, Transaction

CONTACT, DIGEST = "contact", "digest"
"""Facts of a message that are not said: where it goes, and by what an opt-out would be known."""
FRESH_FOR = 60.0  # seconds; what a campaign says does not change while it is out


@dataclass(frozen=True, slots=True)
class Said:
    """What a campaign says, as far as it is the same for everybody."""

    campaign: Campaign
    texts: Mapping[str, Text]
    organisation: str


class Author:
    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        links: LinkBox,
        opt_outs: UnsubscribeLinks,
        public_url: str,
    ) -> None:
        self._storage = storage
        self._organisations = organisations
        self._links = links
        self._opt_outs = opt_outs
        self._below = f"{public_url}{LINKS_BELOW}"
        self._known = Remembered[tuple[OrganisationId, CampaignNumber], Said](fresh_for=FRESH_FOR)

    async def stopped(
        self, transaction: Transaction, claimed: Sequence[Claimed]
    ) -> Mapping[MessageId, str]:
        """Give those who have opted out since, and all of a campaign that does not run."""
        found = dict[MessageId, str]()
        for _, some in groupby(sorted(claimed, key=_place), key=_place):
            theirs = [*some]
            number = read_about(theirs[0].queued.about).campaign
            store = StockStore(transaction, theirs[0].queued.organisation_id)
            if not await store.is_running(number):
                found |= {each.queued.id: PAUSED for each in theirs}
                continue
            scope = SCOPE_OF[theirs[0].queued.channel]
            contacts = [each.facts[CONTACT] for each in theirs]
            digests = [bytes.fromhex(each.facts[DIGEST]) for each in theirs]
            consenting = await store.consenting(contacts, scope)
            suppressed = await store.suppressed(digests)
            for each, contact, digest in zip(theirs, contacts, digests, strict=True):
                if contact not in consenting or digest in suppressed:
                    found[each.queued.id] = OPTED_OUT
        return found

    async def words(self, claimed: Claimed) -> Rendered:
        """Put the words together, with the link, which is made here and kept nowhere."""
        queued = claimed.queued
        named = read_about(queued.about)
        place = queued.organisation_id, named.campaign
        said = await self._known.find(place, partial(self._read, *place))
        text = said.texts.get(queued.locale)
        if text is None:
            raise WordsMissing("A campaign does not say this in that language.")
        facts = {
            NAME: claimed.facts.get(NAME, ""),
            SENDER: said.campaign.sender,
            ORGANISATION: said.organisation,
            LINK: self.link(said.campaign, named),
        }
        subject = None if text.subject is None else Secret(fill(text.subject, facts))
        words = Secret(fill(text.text, facts))
        if queued.channel is not Channel.EMAIL:
            return Rendered(subject, words)
        whose = Whose(queued.organisation_id, ContactId(Id(claimed.facts[CONTACT])))
        return Rendered(subject, words, unsubscribe=self._opt_outs.url(whose))

    def link(self, campaign: Campaign, named: Named) -> str:
        try:
            return self._below + self._links.seal(
                named.campaign, named.recipient, campaign.links_version
            )
        except KeyError:
            raise KeyAway("The keyring has no such version of the key of links.") from None

    async def note(self, transaction: Transaction, news: Sequence[News]) -> None:
        """Write down how far recipients are."""
        for whose, theirs in groupby(sorted(news, key=_whose), key=_whose):
            store, fates = StockStore(transaction, OrganisationId(Id(whose))), list[Fate]()
            for each in theirs:
                named = read_about(each.about)
                reason = await _judged(transaction, each, named)
                if each.receipt is not None and each.state is MessageState.SENT:
                    await _received(store, named, each.receipt, reason)
                elif each.state is MessageState.CANCELLED and each.reason == PAUSED:
                    await store.put_back(named, None)
                elif (fate := _fate(named, each, reason)) is not None:
                    fates.append(fate)
            await store.settle_many(fates)

    async def _read(self, whose: OrganisationId, number: CampaignNumber) -> Said:
        async with self._storage.reading(whose) as transaction:
            campaign = await CampaignStore(transaction, whose).of_number(number)
            organisation = await self._organisations.read(transaction, whose)
        if campaign is None:
            raise WordsMissing("The campaign of a message is not there.")
        draft = campaign.draft
        texts = {
            locale: whole(text, locale, draft.channel, has_page=draft.page_id is not None)
            for locale, text in draft.texts.items()
        }
        return Said(campaign, texts, organisation.name)


async def _judged(transaction: Transaction, news: News, named: Named) -> str | None:
    """Give why a message did not arrive. If nobody is there, that is noted for all who have the
    address, and no campaign writes there again."""
    if not (news.has_failed and is_nobody_there(news.reason)):
        return news.reason
    whose = news.organisation_id
    contact_id = await StockStore(transaction, whose).contact_of(named)
    if contact_id is not None:
        await ReachedStore(transaction, whose).mark_bad(contact_id)
    return NOBODY_THERE


def _fate(named: Named, news: News, reason: str | None) -> Fate | None:
    """Say what has become of a recipient, if that is for good."""
    match news.state:
        case MessageState.QUEUED | MessageState.SENDING:
            return None  # It is tried again.
        case MessageState.SENT:
            return Fate(named, State.SENT, None)
        case MessageState.REFUSED | MessageState.GIVEN_UP | MessageState.EXPIRED:
            return Fate(named, State.FAILED, reason or news.state)
        case MessageState.UNKNOWN:
            return Fate(named, State.UNKNOWN, reason)
        case MessageState.CANCELLED:
            return Fate(named, State.STOPPED, reason)
        case _:
            assert_never(news.state)


async def _received(store: StockStore, named: Named, receipt: Receipt, reason: str | None) -> None:
    match receipt:
        case Receipt.DELIVERED | Receipt.READ:
            await store.delivered(named)
        case Receipt.FAILED:
            await store.failed(named, reason)
        case _:
            assert_never(receipt)


def _whose(news: News) -> str:
    return str(news.organisation_id)


def _place(claimed: Claimed) -> tuple[str, str]:
    """Name the campaign of a message, without reading more of it than that."""
    return str(claimed.queued.organisation_id), claimed.queued.about.rpartition(":")[0]
