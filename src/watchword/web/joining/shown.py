"""What the pages show of a registration: the ways that it may go, and a picture to be scanned."""

from collections.abc import Sequence
from dataclasses import dataclass

import segno

from watchword.features.cards.attempts.rules import Attempt
from watchword.features.cards.means import Means
from watchword.features.cards.references import spelled
from watchword.features.cards.registration.service import View
from watchword.features.cards.rules import Card
from watchword.foundation.secret import Secret
from watchword.web.joining.names import name_of

GROUP = 4  # digits that the eye takes at once
BORDER = 4
"""Modules of white around it, as the standard wants; scanners find it on a dark page, too."""


@dataclass(frozen=True, slots=True)
class Way:
    """One button. `to`: where a message goes, masked; nothing, where staff look."""

    means: Means
    value: str
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Something to be scanned: a path in a square of modules, and how it is read aloud."""

    path: str
    size: int
    spelled: str


def ways_of(view: View, token: str) -> Sequence[Way]:
    """Give the buttons, in the order of the organisation: one for each contact point. `token`: that
    of the page."""
    ways = list[Way]()
    for offer in view.offers:
        if not offer.contacts:
            ways.append(Way(offer.means, offer.means))
        for contact_id in offer.contacts:
            contact = view.customer.contact(contact_id)
            if contact is not None:
                value = f"{offer.means}:{name_of(token, contact_id)}"
                ways.append(Way(offer.means, value, contact.contact.masked))
    return ways


def picture_of(attempt: Attempt | None) -> Picture | None:
    if attempt is None or attempt.ticket is None:
        return None
    reference = attempt.ticket.reference
    path, size = square_of(reference)
    return Picture(path=path, size=size, spelled=spelled(reference))


def picture_of_card(card: Card) -> Picture | None:
    """Give the whole number of a card that was opened for its customer, as tills scan it."""
    if card.number is None:
        return None
    number = card.number.reveal()
    # The last four stand together: messages, receipts and staff call the card by them.
    first = len(number) % GROUP
    groups = [number[at : at + GROUP] for at in range(first, len(number), GROUP)]
    spelled_out = " ".join([number[:first], *groups] if first else groups)
    path, size = square_of(card.number)
    return Picture(path=path, size=size, spelled=spelled_out)


def square_of(content: Secret) -> tuple[str, int]:
    """Draw something as a square of modules: a path, and how many there are on a side."""
    code = segno.make(content.reveal(), error="m", micro=False)
    rows = [*code.matrix_iter(border=BORDER)]
    steps = [
        f"M{across} {down}h1v1h-1z"
        for down, row in enumerate(rows)
        for across, is_dark in enumerate(row)
        if is_dark
    ]
    return "".join(steps), len(rows)
