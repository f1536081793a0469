"""What happens to a form that was sent too late: it is sealed, carried, and given back."""

from collections.abc import Sequence

from watchword.features.staff.interrupted.rules import Interrupted, pack, unpack
from watchword.features.staff.rules import StaffId
from watchword.foundation.ids import OrganisationId
from watchword.foundation.sealing import Sealer
from watchword.foundation.storage import Storage


class Interruptions:
    def __init__(self, *, storage: Storage, sealer: Sealer) -> None:
        self._storage = storage
        self._sealer = sealer

    def keep(
        self,
        organisation_id: OrganisationId,
        staff_id: StaffId,
        path: str,
        pairs: Sequence[tuple[str, str]],
    ) -> str | None:
        """Write what a page carries through sign-in; nothing, if it is too much."""
        form = Interrupted(path, pairs, self._storage.now())
        return pack(self._sealer, organisation_id, staff_id, form)

    def give_back(
        self, organisation_id: OrganisationId, staff_id: StaffId, carried: str
    ) -> Interrupted | None:
        """Read it again for the same person; nothing, if it is not theirs or too old."""
        return unpack(self._sealer, organisation_id, staff_id, carried, self._storage.now())
