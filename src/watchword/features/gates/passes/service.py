"""What happens to passes: one is given, used, and revoked; each of it stands in the ledger."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import ClassVar, Final, TypeAlias

import structlog

from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.campaigns.rules import Campaign, CampaignId
from watchword.features.campaigns.trials.ports import Preview
from watchword.features.challenges.desk import Machine
from watchword.features.clients.rules import Caller
from watchword.features.gates.ages import NotOldEnough, OldEnough, judge_age
from watchword.features.gates.passes.rules import (
    BELOW,
    DIGITS,
    USUAL,
    BadLife,
    Kind,
    NewPass,
    NoName,
    NothingToSee,
    Pass,
    PassId,
    draw_code,
    find_fault,
    opens,
    tag_of,
)
from watchword.features.gates.passes.store import PassDirectory, PassStore
from watchword.features.gates.ports import Links
from watchword.features.gates.proofs import LIFE, Good, Proof, reread, written
from watchword.features.gates.rules import (
    DOOR,
    OFTEN,
    Answer,
    Busy,
    Closed,
    Front,
    Gone,
    NothingTyped,
    Opened,
    Wrong,
    front_of_campaign,
)
from watchword.features.gates.tries.rules import FRESH, Paused, charge
from watchword.features.limits.rules import Allowed, NotBefore
from watchword.features.limits.service import Gates as Knocks
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.service import Organisations
from watchword.features.pages.content import Content
from watchword.features.pages.leaves import Leave, Previewing, Reviewing
from watchword.features.pages.rules import NotNow, PageId
from watchword.features.pages.service import Pages
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import EVERYWHERE, OrganisationId, new_id
from watchword.foundation.sealing import Sealer
from watchword.foundation.storage import Storage, Transaction

SHOWN_AT_MOST: Final = 50
"""Passes of a campaign that are over."""
HOLDER: Final = "gate_pass"
"""Who acts when a pass is used: whoever holds it."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewing:
    """What stands before a campaign for whoever holds a pass. `locales`: those that the page has,
    for there may be recipients who read each of them."""

    word: ClassVar = "viewing"

    organisation: Organisation
    campaign: Campaign
    one: Pass
    front: Front
    locales: Sequence[str]


@dataclass(frozen=True, slots=True)
class Overview:
    """A campaign, and who may look at it without being a recipient."""

    campaign: Campaign
    passes: Sequence[Pass]


Viewed: TypeAlias = Opened | Wrong | Paused | Busy | NothingTyped | NotOldEnough | Closed | Gone


class Passes:
    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        links: Links,
        pages: Pages,
        knocks: Knocks,
        keys: Mapping[int, bytes],
        sealer: Sealer,
        draw: Callable[[int], int],
    ) -> None:
        """`keys`: the versions of the key by which codes are known."""
        self._storage = storage
        self._organisations = organisations
        self._links = links
        self._pages = pages
        self._knocks = knocks
        self._keys = keys
        self._sealer = sealer
        self._draw = draw

    async def give(
        self, caller: Caller, campaign_id: CampaignId, kind: Kind, name: str, life: timedelta
    ) -> NewPass | NoName | BadLife | NothingToSee:
        """Make a pass, and show its code this once."""
        name = " ".join(name.split())
        if fault := find_fault(kind, name, life):
            return fault
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            campaign = await self._links.campaign(transaction, whose, campaign_id)
            if campaign is None:
                raise NotFound("campaign")
            if campaign.page_id is None:
                return NothingToSee()
            return await self._make(transaction, caller, campaign_id, kind, name=name, life=life)

    async def preview(
        self, transaction: Transaction, caller: Caller, campaign_id: CampaignId
    ) -> Preview:
        """Fills the `Previews` port: make one for whoever tries a campaign that has a page."""
        life = USUAL[Kind.PREVIEW]
        new = await self._make(transaction, caller, campaign_id, Kind.PREVIEW, name="", life=life)
        return Preview(f"{BELOW}{new.made.id}", new.code, new.made.expires_at)

    async def _make(
        self,
        transaction: Transaction,
        caller: Caller,
        campaign_id: CampaignId,
        kind: Kind,
        *,
        name: str,
        life: timedelta,
    ) -> NewPass:
        whose, id, code = caller.organisation.id, PassId(new_id()), draw_code(kind, self._draw)
        version = max(self._keys)
        made = Pass(
            id=id,
            kind=kind,
            campaign_id=campaign_id,
            name=name if kind is Kind.REVIEW else "",
            tag=tag_of(code, whose, id, version, self._keys[version]),
            created_at=transaction.now(),
            created_by=caller.actor,
            expires_at=transaction.now() + life,
        )
        await PassStore(transaction, whose).add(made)
        await _note(transaction, caller, Action.GATE_PASS_GIVEN, made)
        return NewPass(made, code)

    async def overview(self, organisation_id: OrganisationId, campaign_id: CampaignId) -> Overview:
        """Give who may look at a campaign, and who might."""
        async with self._storage.reading(organisation_id) as transaction:
            campaign = await self._links.campaign(transaction, organisation_id, campaign_id)
            if campaign is None:
                raise NotFound("campaign")
            passes = await PassStore(transaction, organisation_id).of(campaign_id, SHOWN_AT_MOST)
        return Overview(campaign, passes)

    async def revoke(self, caller: Caller, campaign_id: CampaignId, id: PassId) -> Pass:
        """Let a pass of a campaign open nothing any more. Asked again, it stays as it was."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            store = PassStore(transaction, whose)
            one = await store.hold(id)
            if one is None or one.campaign_id != campaign_id:
                raise NotFound("pass")
            if one.revoked_at is not None:
                return one
            revoked = replace(one, revoked_at=transaction.now())
            await store.save(revoked)
            await _note(transaction, caller, Action.GATE_PASS_REVOKED, revoked)
        return revoked

    async def look(self, id: PassId, chosen: str | None = None) -> Viewing | None:
        """Give what stands before a campaign for whoever holds a pass that is good now, and may
        have chosen a language."""
        async with self._storage.reading(EVERYWHERE) as transaction:
            whose = await PassDirectory(transaction).whose(id)
        if whose is None:
            return None
        async with self._storage.reading(whose) as transaction:
            one = await PassStore(transaction, whose).find(id)
            if one is None or not one.is_good(transaction.now()):
                return None
            organisation = await self._organisations.read(transaction, whose)
            campaign = await self._links.campaign(transaction, whose, one.campaign_id)
            if campaign is None:
                return None
            locales = await self._locales(transaction, whose, campaign, one.kind)
        return Viewing(
            organisation=organisation,
            campaign=campaign,
            one=one,
            front=front_of_campaign(organisation, campaign, campaign.draft.fallback_locale, chosen),
            locales=locales,
        )

    async def open(self, id: PassId, locale: str, answer: Answer) -> Viewed:
        """Open the page of a campaign, in one of its languages, for whoever types the code of a
        pass."""
        viewing = await self.look(id)
        if viewing is None:
            return Gone()
        old_enough = judge_age(viewing.front.age, answer.said, self._storage.now().date())
        if not isinstance(old_enough, OldEnough):
            return old_enough
        if len(answer.typed.replace(" ", "")) != DIGITS[viewing.one.kind]:
            return NothingTyped()
        whose = viewing.organisation.id
        leave = await self._knocks.knock(answer.address, at=DOOR, limits=OFTEN, whose=whose)
        if leave != Allowed():
            return Busy(leave.moment if isinstance(leave, NotBefore) else self._storage.now())
        judged = await self._judge(viewing, answer.typed)
        return judged or await self._use(viewing, locale)

    async def follow(self, id: PassId, proof: str, button: int) -> str | None:
        """Give where a button leads, for whoever was let through by a pass. It counts nothing."""
        viewing = await self.look(id)
        if viewing is None:
            return None
        whose = viewing.organisation.id
        known = reread(proof, self._sealer, whose, self._storage.now())
        if known is None or known.good is not Good.VIEWING or known.about != id:
            return None
        async with self._storage.reading(whose) as transaction:
            content = await self._content(transaction, viewing, known.locale)
        return None if content is None else content.target(button)

    async def _locales(
        self, transaction: Transaction, whose: OrganisationId, campaign: Campaign, kind: Kind
    ) -> Sequence[str]:
        """Give the languages that a page has, as far as a pass of a kind shows it."""
        if campaign.page_id is None:
            return ()
        if kind is Kind.PREVIEW:
            return (await self._pages.get(transaction, whose, PageId(campaign.page_id))).locales
        id, settled = PageId(campaign.page_id), campaign.settled_page
        return await self._pages.locales(transaction, whose, id, settled)

    async def _judge(self, viewing: Viewing, typed: str) -> Wrong | Paused | Gone | None:
        """Count a try, in a transaction of its own, before anybody looks at it."""
        whose, id = viewing.organisation.id, viewing.one.id
        async with self._storage.begin(whose) as transaction:
            store = PassStore(transaction, whose)
            one = await store.hold(id)
            if one is None or not one.is_good(transaction.now()):
                return Gone()
            charged = charge(one.tries, transaction.now())
            if isinstance(charged, Paused):
                return charged
            await store.save(replace(one, tries=charged.tries))
        if not opens(viewing.one, whose, typed, self._keys):
            until = charged.tries.paused_until
            return Wrong(charged.left) if until is None else Paused(until)
        return None

    async def _use(self, viewing: Viewing, locale: str) -> Opened | Closed | Gone:
        """Open the page, and note what was opened: which version of it, in which language."""
        whose, id = viewing.organisation.id, viewing.one.id
        async with self._storage.begin(whose) as transaction:
            store, now = PassStore(transaction, whose), transaction.now()
            one = await store.hold(id)
            if one is None or not one.is_good(now):
                return Gone()
            content = await self._content(transaction, viewing, locale)
            if content is None:
                # The code was right, but nothing was seen: that is no use of it.
                await store.save(replace(one, tries=FRESH))
                return Closed()
            used = replace(one, tries=FRESH, used_at=now, uses=one.uses + 1)
            await store.save(used)
            holder = Machine(name=HOLDER, organisation=viewing.organisation)
            await _note(transaction, holder, Action.GATE_PASS_USED, used, content)
        log.info("gate_pass.used", gate_pass_id=str(id), kind=used.kind)
        proof = Proof(good=Good.VIEWING, about=id, until=now + LIFE, locale=content.locale)
        return Opened(content, written(proof, self._sealer, whose))

    async def _content(
        self, transaction: Transaction, viewing: Viewing, locale: str
    ) -> Content | None:
        one, whose, page_id = viewing.one, viewing.organisation.id, viewing.campaign.page_id
        if page_id is None:
            return None
        leave: Leave = Reviewing(one.id) if one.kind is Kind.REVIEW else Previewing(one.id)
        # Whoever reviews it sees what recipients see, and a preview is of what is being written.
        settled = None if one.kind is Kind.PREVIEW else viewing.campaign.settled_page
        content = await self._pages.open_in(
            transaction, whose, PageId(page_id), locale, leave, version=settled
        )
        return None if isinstance(content, NotNow) else content


async def _note(
    transaction: Transaction,
    caller: Caller,
    action: Action,
    one: Pass,
    content: Content | None = None,
) -> None:
    details: dict[str, str | int] = {
        "kind": one.kind,
        "campaign": str(one.campaign_id),
        "uses": one.uses,
    }
    if content is not None:
        details |= {"page_version": content.version, "locale": content.locale}
    entry = Entry(
        action=action,
        actor=caller.actor,
        target=Noun.GATE_PASS.of(one.id),
        details=details,
    )
    await AuditStore(transaction, caller.organisation.id).add(entry)
