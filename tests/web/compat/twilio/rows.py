"""Every row of what a front for Twilio Verify must do, in one table."""

from tests.web.compat.twilio import (
    stories,
    stories_of_attempts,
    stories_of_services,
    stories_of_the_rest,
)

STORIES = (
    *stories.STORIES,
    *stories_of_services.STORIES,
    *stories_of_attempts.STORIES,
    *stories_of_the_rest.STORIES,
)
