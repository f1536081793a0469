"""What happens to passes: they are given for a sale, and let a page take part in it."""

from watchword.features.clients.rules import Client, Scope, admit
from watchword.features.clients.service import Clients
from watchword.features.tills.passes.rules import (
    PASS_LIFE,
    BadOrigin,
    GivenPass,
    Guest,
    NotOnline,
    Pass,
    is_origin,
    packed,
    place_of,
    reread,
    unpacked,
    written,
)
from watchword.features.tills.rules import Kind, TillSessionId
from watchword.features.tills.service import Tills
from watchword.foundation.sealing import SealBroken, Sealer
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage


class Passes:
    def __init__(self, *, storage: Storage, clients: Clients, tills: Tills, sealer: Sealer) -> None:
        self._storage = storage
        self._clients = clients
        self._tills = tills
        self._sealer = sealer

    async def give(
        self, client: Client, id: TillSessionId, origin: str
    ) -> GivenPass | BadOrigin | NotOnline:
        """Give a pass for a sale of whoever asks, to be used by pages of one origin."""
        if not is_origin(origin):
            return BadOrigin()
        if (await self._tills.read(client, id)).kind is not Kind.ONLINE:
            return NotOnline()
        expires_at = self._storage.now() + PASS_LIFE
        whose = client.organisation.id
        one = Pass(session_id=id, key=client.key.fingerprint, origin=origin, expires_at=expires_at)
        sealed = self._sealer.seal(packed(one), place_of(whose))
        return GivenPass(written(sealed, whose), expires_at)

    async def recognise(self, token: Secret) -> Guest | None:
        """Say who comes with a pass; nobody, if it is none, is over, or its key is."""
        found = reread(token)
        if found is None:
            return None
        whose, sealed = found
        try:
            one = unpacked(self._sealer.open(sealed, place_of(whose)))
        except SealBroken:
            return None
        now = self._storage.now()
        client = admit(await self._clients.known_by(one.key), Scope.TILLS_WRITE, now)
        if now >= one.expires_at or not isinstance(client, Client):
            return None
        return Guest(client=client, session_id=one.session_id, origin=one.origin)
