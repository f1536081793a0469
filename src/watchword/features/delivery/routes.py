"""Which providers serve which channel: for test organisations the sandbox, and nothing else."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from watchword.features.delivery.rules import Channel, ProviderName
from watchword.features.organisations.rules import Mode

SANDBOX = ProviderName("sandbox")
ALL_CHANNELS = tuple(Channel)


@dataclass(frozen=True, slots=True)
class Routes:
    """`live`: the providers of each channel, in the order of preference."""

    live: Mapping[Channel, Sequence[ProviderName]]

    def served(self, mode: Mode) -> Collection[Channel]:
        return ALL_CHANNELS if mode is Mode.TEST else self.live.keys()

    def ways(self, mode: Mode, channel: Channel) -> Sequence[ProviderName]:
        return (SANDBOX,) if mode is Mode.TEST else self.live.get(channel, ())
