"""A device that holds passkeys: it makes keys and signs as W3C Web Authentication says.

`told` changes what it would say, and what it says then is signed all the same: so each check of
ours is met by an answer in which that one thing is wrong.
"""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

UP, UV, BE, BS, AT = 0x01, 0x04, 0x08, 0x10, 0x40
AAGUID = bytes(16)


@dataclass
class Told:
    """What to say in place of the truth."""

    origin: str | None = None
    challenge: str | None = None
    kind: str | None = None
    rp_id: str | None = None
    flags_off: int = 0
    flags_on: int = 0
    cross_origin: bool | None = None
    count: int | None = None
    fmt: str = "none"
    algorithm: int = -7


@dataclass
class Held:
    """A key, and whom it is for."""

    id: bytes
    key: ec.EllipticCurvePrivateKey
    handle: bytes
    rp_id: str
    count: int = 0


@dataclass
class Authenticator:
    origin: str
    is_synced: bool = False
    counts: bool = True
    keys: list[Held] = field(default_factory=list)

    def make(
        self, asked: str, told: Told | None = None, *, fixed: bytes | None = None
    ) -> dict[str, Any]:
        """Make a key, as `navigator.credentials.create` does. `fixed`: by which id it goes."""
        told, options = told or Told(), json.loads(asked)
        held = Held(
            id=fixed or secrets.token_bytes(32),
            key=ec.generate_private_key(ec.SECP256R1()),
            handle=unwritten(options["user"]["id"]),
            rp_id=options["rp"]["id"],
            count=1 if self.counts else 0,
        )
        self.keys.append(held)
        numbers = held.key.public_key().public_numbers()
        point = [number.to_bytes(32, "big") for number in (numbers.x, numbers.y)]
        public = {1: 2, 3: told.algorithm, -1: 1, -2: point[0], -3: point[1]}
        attested = AAGUID + len(held.id).to_bytes(2, "big") + held.id + cbor2.dumps(public)
        data = self._data(held, told, AT) + attested
        made = {"fmt": told.fmt, "attStmt": {}, "authData": data}
        return self._answer(
            held,
            clientDataJSON=self._client_data("webauthn.create", options["challenge"], told),
            attestationObject=cbor2.dumps(made),
        )

    def show(
        self, asked: str, told: Told | None = None, held: Held | None = None
    ) -> dict[str, Any]:
        """Sign with a key, as `navigator.credentials.get` does; with the latest, unless told."""
        told, options, held = told or Told(), json.loads(asked), held or self.keys[-1]
        held.count += self.counts
        data = self._data(held, told, 0)
        client_data = self._client_data("webauthn.get", options["challenge"], told)
        signed = data + hashlib.sha256(client_data).digest()
        return self._answer(
            held,
            clientDataJSON=client_data,
            authenticatorData=data,
            signature=held.key.sign(signed, ec.ECDSA(SHA256())),
            userHandle=held.handle,
        )

    def _data(self, held: Held, told: Told, flags: int) -> bytes:
        flags |= UP | UV | (BE | BS if self.is_synced else 0) | told.flags_on
        count = held.count if told.count is None else told.count
        rp_id = told.rp_id or held.rp_id
        return (
            hashlib.sha256(rp_id.encode()).digest()
            + bytes([flags & ~told.flags_off])
            + count.to_bytes(4, "big")
        )

    def _client_data(self, kind: str, challenge: str, told: Told) -> bytes:
        said = {
            "type": kind if told.kind is None else told.kind,
            "challenge": challenge if told.challenge is None else told.challenge,
            "origin": self.origin if told.origin is None else told.origin,
            "crossOrigin": bool(told.cross_origin),
        }
        return json.dumps(said).encode()

    def _answer(self, held: Held, **response: bytes) -> dict[str, Any]:
        return {
            "id": written(held.id),
            "rawId": written(held.id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {name: written(value) for name, value in response.items()},
        }


def certified(device: Authenticator, answer: dict[str, Any]) -> dict[str, Any]:
    """Have a maker of devices vouch for a new key, as U2F does, with a certificate of its own."""
    held, response = device.keys[-1], answer["response"]
    made = cbor2.loads(unwritten(response["attestationObject"]))
    point = held.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    client_data = hashlib.sha256(unwritten(response["clientDataJSON"])).digest()
    signed = b"\0" + made["authData"][:32] + client_data + held.id + point
    maker, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    certificate = (
        x509.CertificateBuilder(name, name, maker.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
        .sign(maker, SHA256())
    )
    statement = {
        "sig": maker.sign(signed, ec.ECDSA(SHA256())),
        "x5c": [certificate.public_bytes(Encoding.DER)],
    }
    vouched = cbor2.dumps({**made, "fmt": "fido-u2f", "attStmt": statement})
    return {**answer, "response": {**response, "attestationObject": written(vouched)}}


def written(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")


def unwritten(value: str) -> bytes:
    return urlsafe_b64decode(value + "=" * (-len(value) % 4))


def said(answer: Mapping[str, Any]) -> str:
    """Give an answer as a browser sends it."""
    return json.dumps(answer)
