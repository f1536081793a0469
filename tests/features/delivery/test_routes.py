"""Which providers a message may go through: for test organisations the sandbox alone."""

import pytest

from watchword.features.contacts.channels import Channel
from watchword.features.delivery.routes import SANDBOX, Routes
from watchword.features.delivery.rules import ProviderName
from watchword.features.organisations.rules import Mode

ONE, TWO = ProviderName("one"), ProviderName("two")
ROUTES = Routes({Channel.SMS: (ONE, TWO), Channel.EMAIL: (TWO,)})


@pytest.mark.parametrize("channel", Channel)
def test_a_test_organisation_has_every_channel_and_each_ends_in_the_sandbox(
    channel: Channel,
) -> None:
    assert ROUTES.ways(Mode.TEST, channel) == (SANDBOX,)
    assert channel in ROUTES.served(Mode.TEST)


def test_a_live_organisation_has_the_channels_that_somebody_serves() -> None:
    assert {*ROUTES.served(Mode.LIVE)} == {Channel.SMS, Channel.EMAIL}
    assert ROUTES.ways(Mode.LIVE, Channel.SMS) == (ONE, TWO)
    assert ROUTES.ways(Mode.LIVE, Channel.VOICE) == ()
