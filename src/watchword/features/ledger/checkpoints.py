"""What is signed: how many entries a ledger has, and the root over them.

The form is that of C2SP: a checkpoint of a log (tlog-checkpoint) as the text of a signed note. So
what others have written for such logs reads ours too:

    watchword/ledger/5f0c1e9a-…
    1234
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — watchword/ledger/5f0c1e9a-… Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URY…
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from watchword.features.ledger.tree import HASH_BYTES
from watchword.foundation.ids import OrganisationId

ED25519 = b"\x01"  # the algorithm, as signed notes number it
ID_BYTES, SIGNATURE_BYTES = 4, 64
LARGEST = 2**53
DASH = "\N{EM DASH} "
SIZE = re.compile(r"0|[1-9][0-9]{0,15}")
NOTE_AT_MOST = 8 * 1024


def origin_of(organisation_id: OrganisationId) -> str:
    """Give the name of a ledger: it stands in each checkpoint, and never changes."""
    return f"watchword/ledger/{organisation_id}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"


@dataclass(frozen=True, slots=True)
class Signature:
    """Who has signed by their own account, and the bytes of it."""

    name: str
    key_id: bytes
    content: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A checkpoint with its signatures, of which none is believed yet."""

    checkpoint: Checkpoint
    signatures: tuple[Signature, ...]

    @property
    def text(self) -> str:
        lines = (
            f"{DASH}{each.name} {to_base64(each.key_id + each.content)}\n"
            for each in self.signatures
        )
        return f"{self.checkpoint.text}\n{''.join(lines)}"


@dataclass(frozen=True, slots=True)
class Signer:
    """A version of the key that signs."""

    version: int
    seed: bytes = field(repr=False)

    @property
    def public(self) -> bytes:
        return self._key.public_key().public_bytes_raw()

    def sign(self, checkpoint: Checkpoint) -> Signature:
        name = checkpoint.origin
        return Signature(name, key_id(name, self.public), self._key.sign(checkpoint.text.encode()))

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What signatures are checked with. `origin`: the only ledger that it is good for, if any."""

    public: bytes
    origin: str | None = None

    @property
    def raw(self) -> str:
        return to_base64(self.public)


def signed(checkpoint: Checkpoint, signers: Iterable[Signer]) -> Note:
    """Sign with each version of the key: whoever knows one of them, old or new, can check it."""
    return Note(checkpoint, tuple(signer.sign(checkpoint) for signer in signers))


def key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(f"{name}\n".encode() + ED25519 + public).digest()[:ID_BYTES]


def write_key(origin: str, public: bytes) -> str:
    """Write a public key as those do who read signed notes: its name, its id, the key."""
    return f"{origin}+{key_id(origin, public).hex()}+{to_base64(ED25519 + public)}"


def read_key(text: str) -> PublicKey | None:
    """Read a key that stands alone in base64, or in the form of signed notes."""
    origin, plus, rest = text.partition("+")
    if plus and re.fullmatch(r"[0-9a-f]{8}\+.+", rest, re.DOTALL):
        shown, _, key = rest.partition("+")
        content = from_base64(key) or b""
        if len(content) != 1 + HASH_BYTES or content[:1] != ED25519:
            return None
        public = content[1:]
        return PublicKey(public, origin) if key_id(origin, public).hex() == shown else None
    public = from_base64(text) or b""
    return PublicKey(public) if len(public) == HASH_BYTES else None


def read_note(text: str) -> Note | None:
    """Read a note strictly: what we would not write in the same way is none."""
    if len(text) > NOTE_AT_MOST:
        return None
    body, _, tail = text.partition("\n\n")
    lines = body.split("\n")
    if len(lines) != 3 or not lines[0].isprintable() or not lines[0]:  # noqa: PLR2004 - as above
        return None
    origin, size, written_root = lines
    root = from_base64(written_root) or b""
    if not SIZE.fullmatch(size) or int(size) > LARGEST or len(root) != HASH_BYTES:
        return None
    signatures = [_read_signature(line) for line in tail.removesuffix("\n").split("\n")]
    whole = tuple(each for each in signatures if each is not None)
    if not tail or len(whole) < len(signatures):
        return None
    note = Note(Checkpoint(origin, int(size), root), whole)
    return note if note.text == text else None


def _read_signature(line: str) -> Signature | None:
    name, _, written = line.removeprefix(DASH).rpartition(" ")
    content = from_base64(written) or b""
    # No kind of signature that is known is shorter; one that was cut off is.
    if not line.startswith(DASH) or not name or len(content) < ID_BYTES + SIGNATURE_BYTES:
        return None
    return Signature(name, content[:ID_BYTES], content[ID_BYTES:])


def who_signed(note: Note, keys: Collection[PublicKey]) -> Sequence[PublicKey]:
    """Give the keys of which a good signature is there.

    None at all, if one of them is said to have signed and has not: somebody has made that up.
    """
    origin, found = note.checkpoint.origin, []
    for key in keys:
        id = key_id(origin, key.public)
        for each in note.signatures:
            if (each.name, each.key_id) == (origin, id):
                if not _is_good(key.public, each.content, note.checkpoint.text.encode()):
                    return []
                found.append(key)
    return found


def _is_good(public: bytes, signature: bytes, content: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


def to_base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def from_base64(text: str) -> bytes | None:
    """Read base64 that is written as we would write it: each content has one spelling."""
    try:
        content = base64.b64decode(text.encode("ascii"), validate=True)
    except (ValueError, binascii.Error):
        return None
    return content if to_base64(content) == text else None
