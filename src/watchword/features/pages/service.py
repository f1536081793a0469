"""What happens to landing pages: they are written, published, withdrawn, retired, and opened.

Nothing of what is in a page is opened without a `Leave`, and nothing of it is in a list, in the
ledger, or in an answer that is kept.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial

from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.idempotency.rules import Once, OtherBody
from watchword.features.idempotency.service import Requests
from watchword.features.pages.blocks import Block
from watchword.features.pages.content import (
    CONTENT,
    SHOWN_CONTENT,
    SHOWN_REWARDS,
    Content,
    reread,
    written,
)
from watchword.features.pages.editions.desk import instead, keep
from watchword.features.pages.editions.store import EditionStore
from watchword.features.pages.leaves import Editing, Leave, sees_draft
from watchword.features.pages.locks import Locksmith
from watchword.features.pages.offers.desk import (
    is_said_anew,
    kept_of,
    look_up,
    named_in,
    offers_in,
)
from watchword.features.pages.offers.rules import ByReward, said_of
from watchword.features.pages.offers.rules import written as written_of
from watchword.features.pages.pictures.desk import sizes_in
from watchword.features.pages.pictures.store import PictureStore
from watchword.features.pages.ports import Leading
from watchword.features.pages.rules import (
    PAGES_AT_MOST,
    Around,
    BadPage,
    Draft,
    NotNow,
    Page,
    PageId,
    PageRetired,
    Refused,
    Terms,
    TooManyPages,
    Variants,
    WhyNot,
    changed,
    find_faults,
    find_gaps,
    locale_among,
    made,
    published,
    retired,
    why_not,
    withdrawn,
)
from watchword.features.pages.store import PageStore, SealedPage
from watchword.features.pages.tickets import TicketBox
from watchword.features.rewards.rules import Reward, RewardId
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.pages import Bookmark, page_of
from watchword.foundation.pages import Page as PageOf
from watchword.foundation.sealing import KEY_BYTES
from watchword.foundation.storage import Storage, Transaction

RELOCKED_AT_ONCE = 200


class Pages:
    def __init__(
        self,
        *,
        storage: Storage,
        requests: Requests,
        locksmith: Locksmith,
        tickets: TicketBox,
        leading: Leading,
        zones: Collection[str],
    ) -> None:
        """`leading`: who leads people to pages. `zones`: the time zones that there are."""
        self._storage = storage
        self._requests = requests
        self._locksmith = locksmith
        self._tickets = tickets
        self._leading = leading
        self.zones = zones

    async def create(
        self, caller: Caller, terms: Terms, once: Once | None = None
    ) -> Page | Refused | OtherBody:
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            work = partial(self._create, transaction, caller, terms)
            return await self._requests.once(transaction, whose, once, (Page,), work)

    async def _create(
        self, transaction: Transaction, caller: Caller, terms: Terms
    ) -> Page | BadPage | TooManyPages:
        whose, store = caller.organisation.id, PageStore(transaction, caller.organisation.id)
        id = PageId(new_id())
        if faults := find_faults(terms, await self._around(transaction, whose, id, terms)):
            return BadPage(faults)
        if await store.count() >= PAGES_AT_MOST:
            return TooManyPages()
        page = made(id, terms, caller.actor, transaction.now())
        key = self._locksmith.lock(whose, id, secrets.token_bytes(KEY_BYTES))
        await store.add(page, key.locked, key.seal(written(terms.variants), CONTENT))
        await _note(transaction, caller, Action.PAGE_CREATED, page)
        return page

    async def change(
        self, caller: Caller, id: PageId, terms: Terms, version: int
    ) -> Page | Refused:
        """Change what staff work on. What others see stays until it is published."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            store = PageStore(transaction, whose)
            before = await _held(store, id)
            if faults := find_faults(terms, await self._around(transaction, whose, id, terms)):
                return BadPage(faults)
            after = changed(before.page, terms, version, caller.actor, transaction.now())
            if isinstance(after, Page):
                key = self._locksmith.open(whose, id, before.locked_key)
                content = key.seal(written(terms.variants), CONTENT)
                await store.save(replace(before, page=after, content=content))
                await _note(transaction, caller, Action.PAGE_CHANGED, after)
        return after

    async def publish(self, caller: Caller, id: PageId, version: int) -> Page | Refused:
        """Let others see a page as it is in this version."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            store, now = PageStore(transaction, whose), transaction.now()
            before = await _held(store, id)
            key = self._locksmith.open(whose, id, before.locked_key)
            content = key.unseal(before.content, CONTENT)
            variants = reread(content)
            said = said_of(await look_up(transaction, whose, named_in(variants)))
            as_another = is_said_anew(before, key, said)
            after = published(before.page, version, caller.actor, now, as_another=as_another)
            if not isinstance(after, Page):
                return after
            if gaps := find_gaps(Draft(page=before.page, variants=variants).terms, now):
                return BadPage(gaps)
            await keep(transaction, whose, before, key, self._leading)
            shown = key.seal(content, SHOWN_CONTENT)
            rewards = key.seal(written_of(after.version, said), SHOWN_REWARDS)
            await store.save(
                replace(before, page=after, shown_content=shown, shown_rewards=rewards)
            )
            await _note(transaction, caller, Action.PAGE_PUBLISHED, after)
        return after

    async def withdraw(self, caller: Caller, id: PageId) -> Page | PageRetired:
        """Let nobody see a page until it is published again."""
        return await self._take_down(caller, id, Action.PAGE_WITHDRAWN)

    async def retire(self, caller: Caller, id: PageId) -> Page | PageRetired:
        """Let nobody see a page any more, for good."""
        return await self._take_down(caller, id, Action.PAGE_RETIRED)

    async def _take_down(self, caller: Caller, id: PageId, action: Action) -> Page | PageRetired:
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            store = PageStore(transaction, whose)
            before = await _held(store, id)
            decide = withdrawn if action is Action.PAGE_WITHDRAWN else retired
            after = decide(before.page, caller.actor, transaction.now())
            if isinstance(after, Page):
                key = self._locksmith.open(whose, id, before.locked_key)
                await keep(transaction, whose, before, key, self._leading)
                await store.save(replace(before, page=after, shown_content=None))
                await _note(transaction, caller, action, after)
        return after

    async def find(self, organisation_id: OrganisationId, id: PageId) -> Page:
        async with self._storage.reading(organisation_id) as transaction:
            return await self.get(transaction, organisation_id, id)

    async def get(
        self, transaction: Transaction, organisation_id: OrganisationId, id: PageId
    ) -> Page:
        page = await PageStore(transaction, organisation_id).get(id)
        if page is None:
            raise NotFound("page")
        return page

    async def page(
        self, organisation_id: OrganisationId, after: Bookmark | None, most: int
    ) -> PageOf[Page]:
        """Give pages, the newest first."""
        async with self._storage.reading(organisation_id) as transaction:
            found = await PageStore(transaction, organisation_id).page(after, most + 1)
        return page_of(found, most, lambda last: Bookmark(last.created_at, last.id))

    async def edit(self, leave: Editing, id: PageId) -> Draft:
        """Open what staff work on, in all languages."""
        whose = leave.caller.organisation.id
        async with self._storage.reading(whose) as transaction:
            sealed = await _sealed(PageStore(transaction, whose), id)
        return Draft(page=sealed.page, variants=self._variants(whose, sealed, leave))

    async def open(
        self,
        organisation_id: OrganisationId,
        id: PageId,
        locale: str,
        leave: Leave,
        *,
        version: int | None = None,
    ) -> Content | NotNow:
        """Give what somebody may see now, in their language or the nearest that there is.

        `version`: the one that they were led to; whatever others see now, if there is none.
        """
        async with self._storage.reading(organisation_id) as transaction:
            return await self.open_in(
                transaction, organisation_id, id, locale, leave, version=version
            )

    async def open_in(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        id: PageId,
        locale: str,
        leave: Leave,
        *,
        version: int | None = None,
    ) -> Content | NotNow:
        sealed = await self._as_led_to(transaction, organisation_id, id, version)
        why = None if sees_draft(leave) else why_not(sealed.page, transaction.now())
        if why is not None:
            return NotNow(why)
        variants = self._variants(organisation_id, sealed, leave)
        written_in = [each for each, blocks in variants.items() if blocks]
        chosen = locale_among(written_in, locale)
        if chosen is None:
            return NotNow(WhyNot.NOTHING_THERE)
        page = sealed.page
        of_draft, blocks = sees_draft(leave), variants[chosen]
        seen = page.version if of_draft or page.shown is None else page.shown.version
        key = self._locksmith.open(organisation_id, id, sealed.locked_key)
        kept = None if of_draft else kept_of(sealed, seen, key)
        return await self._content(
            *(transaction, organisation_id, page, chosen, blocks),
            version=seen,
            of_draft=of_draft,
            kept=kept,
        )

    async def locales(
        self, transaction: Transaction, whose: OrganisationId, id: PageId, version: int | None
    ) -> Sequence[str]:
        """Give the languages of what others see, or of the version that they were led to."""
        shown = (await self._as_led_to(transaction, whose, id, version)).page.shown
        return () if shown is None else shown.locales

    async def _as_led_to(
        self, transaction: Transaction, whose: OrganisationId, id: PageId, version: int | None
    ) -> SealedPage:
        """Give a page with what is to be seen of it: what others see now, or the version that
        somebody was led to. Of a page that was taken down, nobody sees any version."""
        sealed = await _sealed(PageStore(transaction, whose), id)
        shown = sealed.page.shown
        if version is None or shown is None or shown.version == version:
            return sealed
        edition = await EditionStore(transaction, whose).get(id, version)
        return instead(sealed, edition, self._locksmith.open(whose, id, sealed.locked_key))

    async def shown(
        self, leave: Editing, id: PageId, version: int | None = None
    ) -> Sequence[Content]:
        """Give what was published, in each language: what recipients see, and no draft.

        `version`: the one that they are led to, if that is settled.
        """
        whose = leave.caller.organisation.id
        async with self._storage.reading(whose) as transaction:
            sealed = await self._as_led_to(transaction, whose, id, version)
            page, content = sealed.page, sealed.shown_content
            seen = page.version if page.shown is None else page.shown.version
            key = self._locksmith.open(whose, id, sealed.locked_key)
            variants = {} if content is None else reread(key.unseal(content, SHOWN_CONTENT))
            kept = kept_of(sealed, seen, key)
            return [
                await self._content(
                    *(transaction, whose, page, locale, blocks),
                    version=seen,
                    of_draft=False,
                    kept=kept,
                )
                for locale, blocks in variants.items()
                if blocks
            ]

    def _variants(self, whose: OrganisationId, sealed: SealedPage, leave: Leave) -> Variants:
        """Unlock what somebody with a leave may see. What is published is unlocked besides where it
        is published and looked at for agreement, and where pictures that are used are kept."""
        key = self._locksmith.open(whose, sealed.page.id, sealed.locked_key)
        if sees_draft(leave):
            return reread(key.unseal(sealed.content, CONTENT))
        if sealed.shown_content is None:
            return {}
        return reread(key.unseal(sealed.shown_content, SHOWN_CONTENT))

    async def _content(
        self,
        transaction: Transaction,
        whose: OrganisationId,
        page: Page,
        locale: str,
        blocks: Sequence[Block],
        *,
        version: int,
        of_draft: bool,
        kept: ByReward | None = None,
    ) -> Content:
        return Content(
            page_id=page.id,
            version=version,
            locale=locale,
            blocks=blocks,
            pictures=await sizes_in(
                *(transaction, whose, page.id, blocks, self._tickets), of_draft=of_draft
            ),
            offers=await offers_in(transaction, whose, blocks, locale, kept),
        )

    async def sketch(self, leave: Editing, id: PageId, locale: str, variants: Variants) -> Content:
        """Give what somebody has typed as others would see it. Nothing is kept of it."""
        whose = leave.caller.organisation.id
        async with self._storage.reading(whose) as transaction:
            page = await self.get(transaction, whose, id)
            blocks = variants.get(locale, ())
            return await self._content(
                *(transaction, whose, page, locale, blocks), version=page.version, of_draft=True
            )

    async def rewards_named(
        self, organisation_id: OrganisationId, variants: Variants
    ) -> Mapping[RewardId, Reward]:
        """Give the rewards that a page names, as far as there are such."""
        async with self._storage.reading(organisation_id) as transaction:
            found = await look_up(transaction, organisation_id, named_in(variants))
        return {each.id: each for each in found}

    async def _around(
        self, transaction: Transaction, whose: OrganisationId, id: PageId, terms: Terms
    ) -> Around:
        rewards = await look_up(transaction, whose, named_in(terms.variants))
        pictures = await PictureStore(transaction, whose).of_page(id)
        return Around(pictures={*pictures}, rewards={each.id for each in rewards}, zones=self.zones)

    async def relock(self, organisation_id: OrganisationId) -> int:
        """Lock up to 200 keys of pages with the newest key of the house; count them."""
        async with self._storage.begin(organisation_id) as transaction:
            store = PageStore(transaction, organisation_id)
            old = await store.old_keys(self._locksmith.newest_head, RELOCKED_AT_ONCE)
            for id, locked in old:
                await store.relock(id, self._locksmith.relocked(organisation_id, id, locked))
        return len(old)


async def _held(store: PageStore, id: PageId) -> SealedPage:
    sealed = await store.hold(id)
    if sealed is None:
        raise NotFound("page")
    return sealed


async def _sealed(store: PageStore, id: PageId) -> SealedPage:
    sealed = await store.get_sealed(id)
    if sealed is None:
        raise NotFound("page")
    return sealed


async def _note(transaction: Transaction, caller: Caller, action: Action, page: Page) -> None:
    """Write down that it happened; never what a page says."""
    details = {"version": page.version}
    entry = Entry(action=action, actor=caller.actor, target=Noun.PAGE.of(page.id), details=details)
    await AuditStore(transaction, caller.organisation.id).add(entry)
