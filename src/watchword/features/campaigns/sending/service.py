"""How a campaign leaves: a little at a time into the outbox, as many as its provider takes soon.

Who it is for is looked at here, and once more when a worker has the message in hand. What is in the
outbox, and who is marked as being there, is written in one transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import time
from typing import assert_never

from watchword.features.campaigns.lifecycle import State
from watchword.features.campaigns.links.rules import Named, RecipientNumber
from watchword.features.campaigns.recipients.rules import State as Standing
from watchword.features.campaigns.rules import Campaign
from watchword.features.campaigns.sending.candidates.store import Candidate, CandidateStore
from watchword.features.campaigns.sending.desk import CONTACT, DIGEST
from watchword.features.campaigns.sending.reading.desk import Reading, Setting
from watchword.features.campaigns.sending.rules import (
    NOBODY_THERE,
    OPTED_OUT,
    PAUSED,
    UNTOLD_AFTER,
    Fed,
    Gone,
    Held,
    Ready,
    about,
    allowance,
)
from watchword.features.campaigns.sending.store import AT_ONCE, Ended, StockStore
from watchword.features.campaigns.store import CampaignStore
from watchword.features.campaigns.texts import NAME, has_place
from watchword.features.consents.rules import SCOPE_OF
from watchword.features.delivery.routes import Routes
from watchword.features.delivery.rules import Address, Draft, Priority, ProviderName, Receipt
from watchword.features.delivery.rules import State as MessageState
from watchword.features.delivery.service import Outbox
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.service import Organisations
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.features.templates.rules import TemplateName
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage, Transaction

LOOKED_AT_ONCE = 1000
"""Who waits for a good hour, and has another turn: so many are marked in one transaction."""


class Feeder:
    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        settings: OrganisationSettings,
        outbox: Outbox,
        routes: Routes,
    ) -> None:
        self._storage = storage
        self._organisations = organisations
        self._settings = settings
        self._outbox = outbox
        self._routes = routes

    async def setting(self, organisation: Organisation, campaign: Campaign) -> Setting:
        """Look up what a campaign is fed with. It goes on for weeks, so this is asked each turn."""
        zone = str(await self._settings.zone_of(organisation))
        chosen = (await self._settings.of(organisation.id)).consent
        ways = self._routes.ways(organisation.mode, campaign.channel)
        wanted = campaign.draft.provider
        named = [each for each in ways if wanted in {None, each}]
        async with self._storage.reading(organisation.id) as transaction:
            keys = await self._organisations.keys(transaction, organisation.id)
        return Setting(
            organisation=organisation,
            zone=zone,
            keys=keys,
            opens=time(chosen.offers_from),
            closes=time(chosen.offers_until),
            provider=named[0] if named else ProviderName(wanted or campaign.channel),
        )

    async def waiting(self, whose: OrganisationId, campaign: Campaign) -> int:
        """Count what of a campaign is in the outbox."""
        async with self._storage.reading(whose) as transaction:
            return await StockStore(transaction, whose).queued(campaign.number)

    async def feed(self, setting: Setting, campaign: Campaign, most: int) -> Fed:
        """Put some of a campaign into the outbox."""
        whose = setting.whose
        names = any(has_place(each, NAME) for each in campaign.draft.texts.values())
        async with self._storage.reading(whose) as transaction:
            found = await CampaignStore(transaction, whose).get_to_feed(campaign.id)
            if found is None:
                return Fed()
            seen, reached = found
            now = transaction.now()
            most = min(most, AT_ONCE, allowance(seen.draft.per_second, reached.at, now))
            if most <= 0 or seen.state is not State.RUNNING:
                return Fed()
            store = CandidateStore(transaction, whose)
            again = await store.due(seen.number, most, with_name=names)
            new = await store.next(seen.number, reached.up_to, most - len(again), with_name=names)
            candidates = [*again, *new]
            setting = await self._with_keys(transaction, setting, candidates)
        if not candidates:
            return Fed()
        reading = Reading(setting, seen, now)
        opened = [reading.of(each) for each in candidates]
        up_to = max((each.number for each in new), default=reached.up_to)
        return await self._put(setting, seen, opened, fed_from=reached.up_to, fed_to=up_to)

    async def _with_keys(
        self, transaction: Transaction, setting: Setting, candidates: Sequence[Candidate]
    ) -> Setting:
        """Read the keys anew, if something is locked with one that was made since."""
        if all(each.versions <= setting.keys.data.keys() for each in candidates):
            return setting
        keys = await self._organisations.reload_keys(transaction, setting.whose)
        return replace(setting, keys=keys)

    async def _put(
        self,
        setting: Setting,
        campaign: Campaign,
        opened: Sequence[Ready | Held | Gone],
        *,
        fed_from: int,
        fed_to: int,
    ) -> Fed:
        """Put into the outbox whoever may still be written to, and mark everybody who had a turn.

        What was read before may have changed by now: whoever has opted out since is not marked,
        and a campaign that was paused, or fed by somebody else, gets nothing.
        """
        whose, ready = setting.whose, [each for each in opened if isinstance(each, Ready)]
        async with self._storage.begin(whose) as transaction:
            campaigns, store = CampaignStore(transaction, whose), StockStore(transaction, whose)
            held = await campaigns.hold_to_feed(campaign.id)
            if held is None or held[0].state is not State.RUNNING or held[1].up_to != fed_from:
                return Fed()
            refused = await _refused(store, ready)
            meant = {each.number: each for each in ready if each.number not in refused}
            queued = await store.queue(
                campaign.number,
                [*meant],
                SCOPE_OF[campaign.channel],
                max((each.not_after for each in ready), default=transaction.now()),
            )
            stopped = {**dict.fromkeys(meant.keys() - queued, OPTED_OUT), **refused}
            gone = [each for each in opened if isinstance(each, Gone)]
            gone += [Gone(number, because) for number, because in stopped.items()]
            await store.stop(campaign.number, gone)
            await store.hold(campaign.number, [each for each in opened if isinstance(each, Held)])
            drafts = [_draft(setting, campaign, meant[number]) for number in sorted(queued)]
            await self._outbox.put_many(transaction, whose, drafts)
            await campaigns.fed(campaign, fed_to)
        if queued:
            self._outbox.announce(setting.provider)
        return Fed(len(opened), len(queued))

    async def look_again(self, whose: OrganisationId, campaign: Campaign) -> int:
        """Let some who wait for a good hour have another turn, for the hours may be others by now.
        How many that were is said: they are all, if they are fewer than may be at once."""
        async with self._storage.begin(whose) as transaction:
            return await StockStore(transaction, whose).look_again(campaign.number, LOOKED_AT_ONCE)

    async def look_after(self, whose: OrganisationId, campaign: Campaign) -> int:
        """Find out what became of messages whose time is over, if nobody has told."""
        async with self._storage.reading(whose) as transaction:
            before = transaction.now() - UNTOLD_AFTER
            if not await StockStore(transaction, whose).is_any_untold(campaign.number, before):
                return 0
        async with self._storage.begin(whose) as transaction:
            store = StockStore(transaction, whose)
            ended = await store.untold(campaign.number, before, AT_ONCE)
            for each in ended:
                await _settled(store, Named(campaign.number, each.number), each)
        return len(ended)


async def _refused(store: StockStore, ready: Sequence[Ready]) -> Mapping[RecipientNumber, str]:
    """Give those who get nothing by now, each with why."""
    suppressed = await store.suppressed([each.digest for each in ready])
    nobody = await store.nobody_at([str(each.contact_id) for each in ready])
    return {
        **{each.number: NOBODY_THERE for each in ready if str(each.contact_id) in nobody},
        **{each.number: OPTED_OUT for each in ready if each.digest in suppressed},
    }


def _draft(setting: Setting, campaign: Campaign, ready: Ready) -> Draft:
    facts = {CONTACT: str(ready.contact_id), DIGEST: ready.digest.hex()}
    if ready.name:
        facts[NAME] = ready.name
    return Draft(
        channel=campaign.channel,
        provider=setting.provider,
        address=Address(ready.contact.address.reveal()),
        template=TemplateName.CAMPAIGN,
        locale=ready.locale,
        facts=facts,
        about=about(Named(campaign.number, ready.number)),
        not_after=ready.not_after,
        priority=Priority.BULK,
        # Whom it was registered with carries it, and nobody else.
        is_pinned=True,
    )


async def _settled(store: StockStore, named: Named, ended: Ended) -> None:
    """Write down what became of a message that nobody has told of."""
    match ended.state:
        case MessageState.QUEUED | MessageState.SENDING:
            pass  # Somebody is about to find that it is over.
        case MessageState.SENT if ended.receipt is Receipt.FAILED:
            await store.settle(named, Standing.FAILED, ended.reason)
        case MessageState.SENT:
            await store.settle(named, Standing.SENT, None, is_delivered=ended.receipt is not None)
        case MessageState.UNKNOWN:
            await store.settle(named, Standing.UNKNOWN, ended.reason)
        case MessageState.CANCELLED if ended.reason == PAUSED:
            await store.put_back(named, None)
        case MessageState.CANCELLED:
            await store.settle(named, Standing.STOPPED, ended.reason)
        case MessageState.EXPIRED if not ended.attempts:
            await store.put_back(named, None)
        case None:
            # It is nowhere to be found, as after a restore. It may have left before.
            await store.settle(named, Standing.UNKNOWN, "lost")
        case MessageState.REFUSED | MessageState.GIVEN_UP | MessageState.EXPIRED:
            await store.settle(named, Standing.FAILED, ended.reason or ended.state)
        case _:
            assert_never(ended.state)
