"""What happens when an audience becomes recipients: a part is read, and kept a little at a time.

Whom a campaign means was kept with it when it started: an audience may change afterwards.

Each transaction says how far it has got. So whoever dies in between has kept a part or has not,
and whoever comes next goes on behind it. So none but the last has to be durable at once: what a
machine forgets as it loses its power is chosen anew, and nothing leaves before all are chosen.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from time import monotonic

from watchword.features.audiences.store import AudienceStore
from watchword.features.campaigns.lifecycle import State
from watchword.features.campaigns.recipients.store import RecipientStore
from watchword.features.campaigns.rules import Campaign
from watchword.features.campaigns.store import CampaignStore
from watchword.features.consents.rules import SCOPE_OF
from watchword.features.customers.rules import START, CustomerId
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Storage

LOOKED_AT_ONCE = 200
"""Customers that are gone through in one go. Nobody waits for it, but it keeps a processor busy."""
KEPT_AT_ONCE = 100
"""Recipients that are kept in one transaction. On SQLite everybody waits for that, so briefly."""
REST = 0.6
"""Of the time that a transaction took, so much nothing is done afterwards."""
NOBODY_LEFT = ""


class Expansion:
    def __init__(self, *, storage: Storage) -> None:
        self._storage = storage

    async def go_on(self, whose: OrganisationId, campaign: Campaign) -> Campaign | None:
        """Turn the next part of an audience into recipients, and give the campaign as it is then;
        nothing, if somebody else has changed it meanwhile."""
        found, goes_on = await self._look(whose, campaign)
        parts = [found[at : at + KEPT_AT_ONCE] for at in range(0, len(found), KEPT_AT_ONCE)]
        for part in parts[:-1]:
            began = monotonic()
            kept = await self._keep(whose, campaign, part, part[-1][0])
            if kept is None:
                return None
            campaign = kept
            # Whoever waits for a code must not notice that somebody is counted beside them.
            await asyncio.sleep((monotonic() - began) * REST)
        last = parts[-1] if parts else ()
        behind = NOBODY_LEFT if goes_on is None else str(goes_on)
        return await self._keep(whose, campaign, last, behind, is_all=goes_on is None)

    async def _look(
        self, whose: OrganisationId, campaign: Campaign
    ) -> tuple[Sequence[tuple[str, str]], CustomerId | None]:
        if campaign.choice is None:
            return (), None
        behind = CustomerId(Id(campaign.expanded_to)) if campaign.expanded_to else START
        async with self._storage.reading(whose) as transaction:
            store = AudienceStore(transaction, whose)
            scope = SCOPE_OF[campaign.channel]
            return await store.page_as_written(campaign.choice, scope, behind, LOOKED_AT_ONCE)

    async def _keep(
        self,
        whose: OrganisationId,
        campaign: Campaign,
        chosen: Sequence[tuple[str, str]],
        behind: str,
        *,
        is_all: bool = False,
    ) -> Campaign | None:
        begin = self._storage.begin if is_all else self._storage.soon
        async with begin(whose) as transaction:
            store = CampaignStore(transaction, whose)
            held = await store.hold(campaign.id)
            if held is None or held.state is not State.RUNNING:
                return None
            if held.expanded_to != campaign.expanded_to or held.expanded_at is not None:
                return None
            last = await RecipientStore(transaction, whose).add(held.number, chosen)
            at = transaction.now() if is_all else None
            count = await store.expanded(held, last, to=behind, at=at)
            return replace(held, recipients=count, expanded_to=behind, expanded_at=at)
