"""What happens when somebody looks at their code in a wallet: it is shown, and grows stale."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias

import msgspec

from watchword.features.challenges.codebook import Codebook, Content, Telling
from watchword.features.challenges.codes import Draw, denial_tag
from watchword.features.challenges.course.desk import make_way
from watchword.features.challenges.course.service import ChanceOf
from watchword.features.challenges.desk import Desk, Mailroom
from watchword.features.challenges.displays.rules import Displayed, displayed, is_stale
from watchword.features.challenges.openings import Opening, in_order
from watchword.features.challenges.policies import Policy, Purpose
from watchword.features.challenges.rules import (
    EVERYBODY,
    Challenge,
    ChallengeId,
    Leading,
    Status,
    begun,
    choose_channel,
    guesses_key,
    may_show,
    retagged,
    status_at,
)
from watchword.features.challenges.verdicts import Locked, NoWay, TooMany
from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import ContactId
from watchword.features.contacts.service import Contacts
from watchword.features.limits.rules import Limits
from watchword.features.organisations.rules import Mode
from watchword.features.routing.rules import NOTHING_TRIED, Attempt
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.storage import Transaction

Looked: TypeAlias = Displayed | TooMany | Locked | NoWay


class Displays:
    def __init__(
        self,
        *,
        contacts: Contacts,
        mailroom: Mailroom,
        policies: Mapping[Purpose, Policy],
        limits: Mapping[Mode, Limits],
        codebook: Codebook,
        chance_of: ChanceOf,
    ) -> None:
        self._contacts = contacts
        self._mailroom = mailroom
        self._policies = policies
        self._limits = limits
        self._codebook = codebook
        self._chance_of = chance_of

    async def show_code(self, transaction: Transaction, caller: Caller, opening: Opening) -> Looked:
        """Show the code that is live for somebody, or make one without sending it.

        It is live at the contact point of the opening, or at one of those `besides`. The caller has
        made sure that whoever looks is signed in as that person, and that codes may be shown.
        """
        desk = Desk(transaction, caller, self._mailroom)
        contact_id = await self._contacts.recognise(transaction, desk.id, opening.contact)
        await desk.hold_sends(contact_id, opening, EVERYBODY)
        for id in in_order(contact_id, opening.besides):
            live = await desk.challenges.hold_live(id, opening.purpose, EVERYBODY)
            if live is not None and status_at(live, desk.now) is Status.PENDING:
                seen = await self._show(desk, live)
                if seen is not None:
                    return seen
        return await self._make(desk, opening, contact_id)

    def announce(self, organisation_id: OrganisationId) -> None:
        self._mailroom.announce(organisation_id)

    async def _show(self, desk: Desk, live: Challenge) -> Displayed | None:
        content = await desk.content(self._codebook, live.id)
        if content.telling is Telling.KEPT:
            return None  # It was opened when nobody was known there, and has no code.
        if live.shown_at is None:
            live = replace(live, shown_at=desk.now)
            await desk.challenges.save(live)
        elif is_stale(live, desk.now):
            content = self._codebook.another(live, content, await self._draw(desk))
            tag = self._codebook.tag(desk.id, live.id, live.purpose, live.contact_id, content)
            live = replace(retagged(live, tag), shown_at=desk.now)
            await desk.challenges.save(live)
            await desk.challenges.reseal(live.id, self._codebook.seal(desk.id, live.id, content))
            # The old code is dead, and must not arrive after the new one was seen.
            await self._mailroom.outbox.cancel(desk.transaction, desk.id, str(live.id))
        return displayed(live, content)

    async def _make(self, desk: Desk, opening: Opening, contact_id: ContactId) -> Looked:
        """Begin a challenge of which nothing is sent. It costs no message, and no guess."""
        guesses = await desk.budgets.hold(guesses_key(contact_id, opening.purpose, EVERYBODY))
        policy = self._policies[opening.purpose]
        channel = choose_channel(opening.contact.kind, opening.channel, policy.lives)
        if isinstance(channel, NoWay):
            return channel
        leave = may_show(guesses, self._limits[desk.mode], policy, desk.now)
        if not isinstance(leave, Leading):
            return desk.refuse(leave, opening)
        draw = await self._draw(desk)
        content = self._codebook.first(
            *(EVERYBODY, leave.code_length, opening.contact.address),
            *(opening.transaction, opening.autofill),
            draw=draw,
        )
        content = msgspec.structs.replace(content, telling=Telling.SHOWN, spends=opening.spends)
        id = ChallengeId(new_id())
        challenge = begun(
            id,
            policy,
            contact_id=contact_id,
            attempt=Attempt(0, channel, "", 0),
            route=NOTHING_TRIED,
            locale=opening.locale,
            reference=opening.reference,
            requester=None,
            lane=EVERYBODY,
            tag=self._codebook.tag(desk.id, id, opening.purpose, contact_id, content),
            leave=leave,
            now=desk.now,
        )
        challenge = replace(challenge, sendings=0, shown_at=desk.now)
        await self._begin(desk, opening, challenge, content)
        return displayed(challenge, content)

    async def _begin(
        self, desk: Desk, opening: Opening, challenge: Challenge, content: Content
    ) -> None:
        # Whoever waits at a till hears nothing of what somebody does in their wallet.
        await make_way(desk, self._codebook, replace(opening, ends_unseen=True), challenge)
        sealed = self._codebook.seal(desk.id, challenge.id, content)
        await desk.challenges.add(challenge, sealed, denial_tag(content.denial))
        await desk.begin(challenge, opening.contact)

    async def _draw(self, desk: Desk) -> Draw | None:
        return await self._chance_of(desk.transaction, desk.organisation)
