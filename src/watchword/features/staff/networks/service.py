"""What happens to whoever comes from elsewhere: they do not get in, and do not stay in.

An organisation names networks in its settings, or none. The list is asked at every door by which
staff sign in and again at each request, for a cookie can be carried away.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from watchword.foundation.ids import OrganisationId
from watchword.foundation.networks import Network, admits, all_read
from watchword.foundation.remembered import Remembered

REMEMBERED_FOR = 3.0  # seconds; what is changed in another process holds here after that

NetworksOf: TypeAlias = Callable[[OrganisationId], Awaitable[Sequence[str]]]
"""Reads what an organisation has written into its settings."""


class Doorman:
    def __init__(self, networks_of: NetworksOf) -> None:
        self._networks_of = networks_of
        self._known: Remembered[OrganisationId, Sequence[Network] | None] = Remembered(
            fresh_for=REMEMBERED_FOR
        )

    async def admits(self, organisation_id: OrganisationId, address: str | None) -> bool:
        """Say whether staff of an organisation may come from an address."""
        networks = await self._known.find(organisation_id, lambda: self._read(organisation_id))
        return networks is not None and admits(networks, address)

    def forget(self) -> None:
        """Read the lists anew: one was changed."""
        self._known.forget_all()

    async def _read(self, organisation_id: OrganisationId) -> Sequence[Network] | None:
        """Give the networks; nothing, if there are some that cannot be read, and nobody gets in."""
        return all_read(await self._networks_of(organisation_id))
