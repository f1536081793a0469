"""Which providers serve which channel: for test organisations the sandbox, and nothing else."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import ProviderName, after
from watchword.features.organisations.rules import Mode

SANDBOX = ProviderName("sandbox")
FOLDER = ProviderName("folder")
"""Where letters wait that are printed here. It is there where no service prints them."""
ALL_CHANNELS = tuple(Channel)


@dataclass(frozen=True, slots=True)
class Routes:
    """`live`: the providers of each channel, in the order of preference."""

    live: Mapping[Channel, Sequence[ProviderName]]

    def served(self, mode: Mode) -> Collection[Channel]:
        return ALL_CHANNELS if mode is Mode.TEST else self.live.keys()

    def others(self, provider: ProviderName) -> Sequence[tuple[Channel, ProviderName]]:
        """Give the channels that somebody else serves too, each with who comes next."""
        return [
            (channel, after(provider, ways))
            for channel, ways in self.live.items()
            if provider in ways and len(ways) > 1
        ]

    def ways(self, mode: Mode, channel: Channel) -> Sequence[ProviderName]:
        return (SANDBOX,) if mode is Mode.TEST else self.live.get(channel, ())

    def first(self, mode: Mode) -> Collection[ProviderName]:
        """Give who comes first on some channel: whom to wake, whichever of them it was put to."""
        return {ways[0] for channel in self.served(mode) if (ways := self.ways(mode, channel))}
