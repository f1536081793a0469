"""What happens when a till asks for what it needs without a line: it is only looked at."""

from watchword.features.clients.rules import Caller
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.features.tills.terminals.rules import UnknownTerminal
from watchword.features.tills.terminals.service import Terminals
from watchword.features.vouchers.kits.rules import Kit, kit_of
from watchword.features.vouchers.rules import SwitchedOff
from watchword.features.vouchers.tokens import Seeds
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage


class Kits:
    def __init__(
        self,
        *,
        storage: Storage,
        settings: OrganisationSettings,
        terminals: Terminals,
        seeds: Seeds,
    ) -> None:
        self._storage = storage
        self._settings = settings
        self._terminals = terminals
        self._seeds = seeds

    async def read(self, caller: Caller, credential: Secret) -> Kit | UnknownTerminal | SwitchedOff:
        """Give a registered till its kit. Where vouchers are off, no till gets a new one."""
        whose = caller.organisation.id
        async with self._storage.reading(whose) as transaction:
            terminal = await self._terminals.recognise(transaction, whose, credential)
            if isinstance(terminal, UnknownTerminal):
                return terminal
            bounds = await self._settings.offline_now(transaction, whose)
            if not bounds.offline_vouchers:
                return SwitchedOff()
            keys = self._seeds.keys_of(whose)
            newest_first = [keys[version] for version in sorted(keys, reverse=True)]
            return kit_of(terminal, newest_first, bounds, transaction.now())
