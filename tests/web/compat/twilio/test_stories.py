"""Twilio's own Python library against the front; each answer is held against its description."""

import pytest

from tests.web.compat.twilio.conftest import aside
from tests.web.compat.twilio.desk import Desk, Story
from tests.web.compat.twilio.rows import STORIES


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.id)
async def test_the_front_does_what_an_application_expects(desk: Desk, story: Story) -> None:
    await aside(story.told, desk)


def test_each_claim_has_a_name_of_its_own() -> None:
    assert len({story.id for story in STORIES}) == len(STORIES)
