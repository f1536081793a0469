"""What services for cards do with attempts in a transaction: open them, find and replace them."""

from dataclasses import replace

import msgspec

from watchword.features.audit.rules import Action
from watchword.features.cards.attempts.rules import Attempt, Ticket, is_open
from watchword.features.cards.attempts.store import SealedReference
from watchword.features.cards.desk import Desk
from watchword.features.cards.references import Proof
from watchword.features.cards.rules import Card, CardId
from watchword.foundation.ids import OrganisationId
from watchword.foundation.sealing import Place
from watchword.foundation.secret import Secret

COLUMN = "card_references"


async def open_attempt(desk: Desk, card: Card) -> Attempt | None:
    """Give what waits to verify a card, with what its customer shows; nothing, if nothing does."""
    found = await desk.attempts.of_card(card.id)
    if found is None or not is_open(found[0], desk.now):
        return None
    attempt, sealed = found
    if sealed is None:
        return attempt
    said = await desk.unseal(card.customer_id, sealed.sealed, _place(desk.id, card.id))
    reference, ours, theirs = msgspec.json.decode(said.reveal(), type=tuple[str, str, str])
    return replace(attempt, ticket=Ticket(Secret(reference), Proof(ours, theirs)))


async def find_by(desk: Desk, reference: Secret) -> Attempt | None:
    """Give the attempt that a reference stands for, as long as it does."""
    keys = await desk.keys()
    return await desk.attempts.by_reference(keys.blind(COLUMN, reference.reveal()))


async def replace_attempt(desk: Desk, card: Card, attempt: Attempt) -> None:
    """Keep an attempt in the place of the one before, which ends."""
    before = await desk.attempts.hold(card.id)
    if before is not None and before.challenge_id != attempt.challenge_id:
        await desk.end_attempt(before)
    sealed = None if attempt.ticket is None else await _sealed(desk, card, attempt.ticket)
    await desk.attempts.save(attempt, sealed)
    await desk.note(Action.CARD_ATTEMPTED, card, method=attempt.means)


async def _sealed(desk: Desk, card: Card, ticket: Ticket) -> SealedReference:
    keys, reference = await desk.keys(), ticket.reference.reveal()
    said = msgspec.json.encode([reference, ticket.proof.ours, ticket.proof.theirs]).decode()
    return SealedReference(
        keys.blind(COLUMN, reference),
        await desk.seal(card.customer_id, said, _place(desk.id, card.id)),
    )


def _place(organisation_id: OrganisationId, id: CardId) -> Place:
    return Place(organisation_id, "card_attempts", "reference", str(id))
