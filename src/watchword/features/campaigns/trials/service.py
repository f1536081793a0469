"""What happens when somebody tries a campaign: it is counted, noted, and sent to one address.

It says what the campaign says, to somebody with a name that we make up. It goes to those who work
here and to nobody else: what nobody has agreed to yet must not reach a customer by a side door,
and nobody finds out by it who is one. Its link leads to a preview, which says that it is one.
"""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.campaigns.cost import sample_facts
from watchword.features.campaigns.house import House
from watchword.features.campaigns.lifecycle import FINAL, State
from watchword.features.campaigns.rules import Campaign, CampaignId, Text
from watchword.features.campaigns.store import CampaignStore
from watchword.features.campaigns.texts import LINK, fill, has_place, text_for, whole
from watchword.features.campaigns.trials.ports import Preview, Previews
from watchword.features.clients.rules import Caller
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact, ContactKind
from watchword.features.contacts.suppressions.rules import About, OptedOut, digest_of, stops
from watchword.features.contacts.suppressions.store import SuppressionStore
from watchword.features.delivery.rules import Address, Draft, ProviderName
from watchword.features.delivery.service import Outbox
from watchword.features.delivery.trials.rules import GOOD_FOR, NoSuchWay, TooManyTrials
from watchword.features.limits.rules import HOUR, Cap, Limits, NotBefore, charge_send, may_send
from watchword.features.limits.store import BudgetStore
from watchword.features.organisations.service import Organisations
from watchword.features.staff.numbers.service import OwnNumbers
from watchword.features.templates.rules import TemplateName, closest
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import new_id
from watchword.foundation.storage import Storage, Transaction

LIMITS = Limits(sends=(Cap(10, HOUR),))
"""For all who work for one organisation together: a trial costs as much as any message."""
BUDGET = "campaigns:trials"
ABOUT = "campaign-trial"


@dataclass(frozen=True, slots=True)
class IsOver:
    """It has ended, so there is nothing left to try."""

    word: ClassVar = "not_now"

    state: State


@dataclass(frozen=True, slots=True)
class SaysNothing:
    """There is no text yet that could be tried, or it says nothing any more: it is over."""

    word: ClassVar = "says_nothing"


@dataclass(frozen=True, slots=True)
class LeadsNowhere:
    """There is a link in the text, and no page yet that it could lead to."""

    word: ClassVar = "leads_nowhere"


@dataclass(frozen=True, slots=True)
class NotOurs:
    """Nobody who works here has shown that this address is theirs. Of whom it is, is not said."""

    word: ClassVar = "not_ours"


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """It is in the outbox, before all that nobody waits for. `preview`: where its link leads; a
    campaign without a page has none."""

    word: ClassVar = "on_its_way"

    locale: str
    preview: Preview | None = None


Unsent: TypeAlias = (
    IsOver | SaysNothing | LeadsNowhere | NoSuchWay | NotOurs | TooManyTrials | OptedOut
)
Trial: TypeAlias = OnItsWay | Unsent

KIND_OF = {
    Channel.SMS: ContactKind.PHONE,
    Channel.WHATSAPP: ContactKind.PHONE,
    Channel.EMAIL: ContactKind.EMAIL,
}


@dataclass(frozen=True, slots=True)
class _Said:
    """What is tried: the words of one language, and who carries them."""

    locale: str
    text: Text
    provider: ProviderName


class CampaignTrials:
    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        outbox: Outbox,
        house: House,
        numbers: OwnNumbers,
        previews: Previews,
    ) -> None:
        self._storage = storage
        self._organisations = organisations
        self._outbox = outbox
        self._house = house
        self._numbers = numbers
        self._previews = previews

    async def make(self, caller: Caller, id: CampaignId, contact: Contact, locale: str) -> Trial:
        """Send a campaign to one address of somebody who works here, as it is now."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            campaign = await CampaignStore(transaction, whose).get(id)
            if campaign is None:
                raise NotFound("campaign")
            said = self._said(caller, campaign, contact, locale)
            if not isinstance(said, _Said):
                return said
            if not await self._numbers.are_ours(transaction, whose, contact):
                return NotOurs()
            if refusal := await self._charge(transaction, caller, campaign, contact):
                return refusal
            preview = None
            if campaign.page_id is not None:
                preview = await self._previews.preview(transaction, caller, id)
            draft = self._draft(caller, campaign, contact, said, preview)
            await self._outbox.put(transaction, whose, draft)
        self._outbox.announce(draft.provider)
        return OnItsWay(draft.locale, preview)

    def _said(
        self, caller: Caller, campaign: Campaign, contact: Contact, locale: str
    ) -> _Said | IsOver | SaysNothing | LeadsNowhere | NoSuchWay:
        said = campaign.draft
        if campaign.state in FINAL:
            return IsOver(campaign.state)
        if not said.texts:
            return SaysNothing()
        ways = self._house.routes.ways(caller.organisation.mode, said.channel)
        named = [each for each in ways if said.provider in {None, each}]
        if not named or KIND_OF.get(said.channel) is not contact.kind:
            return NoSuchWay()
        chosen, text = text_for(said.texts, locale, said.fallback_locale)
        if said.page_id is None and has_place(text, LINK):
            return LeadsNowhere()
        text = whole(text, chosen, said.channel, has_page=said.page_id is not None)
        return _Said(chosen, text, named[0])

    def _draft(
        self,
        caller: Caller,
        campaign: Campaign,
        contact: Contact,
        said: _Said,
        preview: Preview | None,
    ) -> Draft:
        places = dict(
            sample_facts(campaign.draft, caller.organisation.name, self._house.public_url)
        )
        if preview is not None:
            places[LINK] = f"{self._house.public_url}{preview.path}"
        facts = {"text": fill(said.text.text, places)}
        if said.text.subject is not None:
            facts["subject"] = fill(said.text.subject, places)
        return Draft(
            channel=campaign.draft.channel,
            provider=said.provider,
            address=Address(contact.address.reveal()),
            template=TemplateName.CAMPAIGN,
            locale=closest(said.locale, caller.organisation.locale),
            facts=facts,
            about=f"{ABOUT}:{new_id()}",
            not_after=self._storage.now() + GOOD_FOR,
            is_pinned=True,
        )

    async def _charge(
        self, transaction: Transaction, caller: Caller, campaign: Campaign, contact: Contact
    ) -> TooManyTrials | OptedOut | None:
        """Count a trial and write it down, before it can cost anything."""
        whose = caller.organisation.id
        keys = await self._organisations.keys(transaction, whose)
        store = SuppressionStore(transaction, whose)
        if stops(await store.kinds_of(digest_of(keys, contact)), About.ADVERTISING):
            return OptedOut()
        budgets, now = BudgetStore(transaction, whose), transaction.now()
        budget = await budgets.make_or_hold(BUDGET)
        leave = may_send(budget, LIMITS, now)
        if isinstance(leave, NotBefore):
            return TooManyTrials(leave.moment)
        await budgets.save(BUDGET, charge_send(budget, LIMITS, now))
        entry = Entry(
            action=Action.CAMPAIGN_TESTED,
            actor=caller.actor,
            target=Noun.CAMPAIGN.of(campaign.id),
            details={"channel": campaign.channel},
        )
        await AuditStore(transaction, whose).add(entry)
        return None
