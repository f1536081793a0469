"""A link is 26 letters that open to one recipient, and to nobody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.features.campaigns.links.rules import (
    ALPHABET,
    CAMPAIGNS_BELOW,
    LETTERS,
    RECIPIENTS_BELOW,
    CampaignNumber,
    LinkBox,
    Named,
    RecipientNumber,
    tidied,
)

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
BOX = LinkBox({1: OLD, 2: NEW})

named = st.builds(
    Named,
    st.integers(1, CAMPAIGNS_BELOW - 1).map(CampaignNumber),
    st.integers(1, RECIPIENTS_BELOW - 1).map(RecipientNumber),
)


def sealed(whose: Named, version: int | None = None) -> str:
    return BOX.seal(whose.campaign, whose.recipient, version)


@given(named)
def test_every_link_opens_to_its_recipient_and_to_nobody_else(whose: Named) -> None:
    link = sealed(whose)

    assert len(link) == LETTERS
    assert {*link} <= {*ALPHABET}
    assert [*BOX.open(link)] == [whose]


@given(named, named)
def test_no_two_links_are_alike(one: Named, other: Named) -> None:
    assert (sealed(one) == sealed(other)) is (one == other)


def test_a_campaign_of_many_has_as_many_links() -> None:
    links = {BOX.seal(CampaignNumber(7), RecipientNumber(each)) for each in range(1, 20_001)}

    assert len(links) == 20_000


@given(named, st.integers(0, LETTERS - 1), st.sampled_from(ALPHABET))
def test_a_flipped_letter_opens_to_nothing_that_lives(whose: Named, at: int, letter: str) -> None:
    link = sealed(whose)
    flipped = f"{link[:at]}{letter}{link[at + 1 :]}"

    alive = {each for each in BOX.open(flipped) if each.campaign == whose.campaign}

    assert alive == ({whose} if flipped == link else set())


@given(named)
def test_capitals_and_letters_that_look_like_others_are_forgiven(whose: Named) -> None:
    link = sealed(whose)
    misread = link.upper().replace("0", "O").replace("1", "L")

    assert [*BOX.open(misread)] == [whose]
    assert tidied(misread) == link


@pytest.mark.parametrize(
    "text",
    ["", "a", "0" * 25, "0" * 27, "u" * 26, "-" * 26, "ä" * 26, "٣" * 26, "0" * 25 + "1"],
)
def test_what_is_no_link_opens_to_nobody(text: str) -> None:
    assert [*BOX.open(text)] == []
    assert tidied(text) is None


@given(st.text(ALPHABET, min_size=LETTERS, max_size=LETTERS))
def test_what_was_guessed_is_nearly_always_known_as_such(text: str) -> None:
    assert [*BOX.open(text)] == []


def test_a_link_of_an_older_key_still_opens_while_the_keyring_has_it() -> None:
    whose = Named(CampaignNumber(3), RecipientNumber(4))
    link = sealed(whose, version=1)

    assert link != sealed(whose)
    assert [*BOX.open(link)] == [whose]
    assert [*LinkBox({2: NEW}).open(link)] == []


def test_a_link_of_a_key_that_came_later_opens_as_soon_as_the_keyring_has_it() -> None:
    whose = Named(CampaignNumber(3), RecipientNumber(4))
    keys = {1: OLD}
    here = LinkBox(keys)
    keys[2] = NEW

    assert [*here.open(sealed(whose))] == [whose]


@pytest.mark.parametrize(
    ("campaign", "recipient"),
    [(0, 1), (1, 0), (-1, 1), (CAMPAIGNS_BELOW, 1), (1, RECIPIENTS_BELOW)],
)
def test_there_are_no_links_of_other_numbers(campaign: int, recipient: int) -> None:
    with pytest.raises(ValueError, match="no such number"):
        BOX.seal(CampaignNumber(campaign), RecipientNumber(recipient))
