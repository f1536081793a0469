"""How the pictures of a page are looked up, and get tickets for whoever may see it."""

from collections.abc import Mapping, Sequence

from watchword.features.pages.blocks import Block, PictureId, pictures_of
from watchword.features.pages.content import Size
from watchword.features.pages.pictures.store import PictureStore
from watchword.features.pages.rules import PageId
from watchword.features.pages.tickets import Ticket, TicketBox
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction


async def sizes_in(
    transaction: Transaction,
    whose: OrganisationId,
    page_id: PageId,
    blocks: Sequence[Block],
    tickets: TicketBox,
    *,
    of_draft: bool,
) -> Mapping[PictureId, Sequence[Size]]:
    """Give the pictures that stand in a page, as far as there are such."""
    now = transaction.now()
    measured = await PictureStore(transaction, whose).of_page(page_id)
    return {
        id: [
            Size(
                width=width,
                height=height,
                ticket=tickets.write(whose, Ticket(id, width, of_draft), now),
            )
            for width, height in measured[id]
        ]
        for id in pictures_of(blocks)
        if id in measured
    }
