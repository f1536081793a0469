"""What opens one picture for a while, and nothing else."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.stores import BANK, KEYRING, NOON, SHOP
from watchword.features.pages.blocks import PictureId
from watchword.features.pages.tickets import LIVES, Ticket, TicketBox
from watchword.foundation.keyring import KeyKind, new_keyring, rotated

BOX = TicketBox(KEYRING.versions(KeyKind.LINKS))
TICKET = Ticket(PictureId(UUID(int=9)), 780)
WRITTEN = BOX.write(SHOP, TICKET, NOON)


def test_a_ticket_is_good_for_its_organisation_and_for_a_quarter_of_an_hour() -> None:
    assert BOX.read(SHOP, WRITTEN, NOON) == TICKET
    assert BOX.read(SHOP, WRITTEN, NOON + LIVES - timedelta(seconds=1)) == TICKET
    assert BOX.read(SHOP, WRITTEN, NOON + LIVES) is None
    assert BOX.read(BANK, WRITTEN, NOON) is None


def test_a_ticket_says_whether_it_is_for_somebody_who_sees_drafts() -> None:
    drafted = Ticket(TICKET.picture_id, TICKET.width, of_draft=True)

    assert BOX.read(SHOP, BOX.write(SHOP, drafted, NOON), NOON) == drafted


def test_a_new_key_leaves_tickets_that_are_out_as_they_are() -> None:
    newer = TicketBox(rotated(KEYRING, [KeyKind.LINKS], NOON).versions(KeyKind.LINKS))
    other = TicketBox(new_keyring(NOON).versions(KeyKind.LINKS))

    assert newer.read(SHOP, WRITTEN, NOON) == TICKET
    assert newer.write(SHOP, TICKET, NOON) != WRITTEN
    assert BOX.read(SHOP, newer.write(SHOP, TICKET, NOON), NOON) is None
    assert other.read(SHOP, WRITTEN, NOON) is None


@given(some.text(max_size=80))
def test_nothing_that_somebody_makes_up_is_a_ticket(written: str) -> None:
    assert BOX.read(SHOP, written, NOON) is None


@pytest.mark.parametrize("at", range(0, len(WRITTEN) - 1, 5))
def test_no_letter_of_a_ticket_can_be_another(at: int) -> None:
    other = "A" if WRITTEN[at] != "A" else "B"

    assert BOX.read(SHOP, WRITTEN[:at] + other + WRITTEN[at + 1 :], NOON) is None
