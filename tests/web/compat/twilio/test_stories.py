"""Twilio's own libraries against the front; each answer is held against its description."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.web.compat.twilio.conftest import aside
from tests.web.compat.twilio.desk import Desk, Story
from tests.web.compat.twilio.javascript import Teller, in_javascript, teller
from tests.web.compat.twilio.rows import STORIES

each_story = pytest.mark.parametrize("story", STORIES, ids=lambda story: story.id)


@pytest.fixture(scope="module")
def script() -> Iterator[Teller]:
    with teller() as running:
        yield running


@each_story
async def test_the_front_does_what_an_application_expects(desk: Desk, story: Story) -> None:
    await aside(story.told, desk)


@each_story
async def test_the_front_does_what_an_application_in_javascript_expects(
    desk: Desk, script: Teller, story: Story
) -> None:
    await aside(story.told, replace(desk, library=in_javascript(script)))


def test_each_claim_has_a_name_of_its_own() -> None:
    assert len({story.id for story in STORIES}) == len(STORIES)
