"""How a PIN is kept: Argon2id, sealed under a key that is not in the database.

The hash is sealed, and not mixed with the key: so a new version of the key takes its place without
any customer. Who has both database and key finds a short PIN within minutes; then all PINs under
that version are reset.
"""

from collections.abc import Sequence

from watchword.features.pins.kept.rules import EarlierId, Subject
from watchword.foundation.ids import OrganisationId
from watchword.foundation.sealed_hashes import is_kept
from watchword.foundation.sealing import KeyAway, Place, Sealer
from watchword.foundation.secret import Secret


def place_of(organisation_id: OrganisationId, subject: Subject) -> Place:
    return Place(organisation_id, "kept_pins", "hash", subject)


def place_of_earlier(organisation_id: OrganisationId, id: EarlierId) -> Place:
    return Place(organisation_id, "earlier_pins", "hash", str(id))


def rewrapped(sealed: bytes, sealer: Sealer, place: Place) -> bytes:
    """Seal a hash anew, under the newest version of the key."""
    return sealer.seal(sealer.open(sealed, place), place)


def is_any_kept(pin: Secret, sealed: Sequence[tuple[bytes, Place]], sealer: Sealer) -> bool:
    """Say whether it is one of those that rest there. All are looked at, so that it takes as long
    wherever it is; one whose key is away is none."""
    found = False
    for each, place in sealed:
        try:
            found |= is_kept(pin, each, sealer, place)
        except KeyAway:
            continue
    return found
