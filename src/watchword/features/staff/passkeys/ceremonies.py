"""What is asked of a browser, and whether its answer proves anything.

The library `webauthn` reads and verifies; what it leaves open is decided here: attestation is not
asked for, a page of somebody else around ours is refused, and so is a key that shows nobody.

The ceremony is the same for whoever has a passkey: those who work here, and customers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    parse_attestation_object,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AttestationFormat,
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from watchword.features.staff.passkeys.rules import (
    ANSWER_WITHIN,
    CREDENTIAL_ID_AT_MOST,
    Because,
    Party,
    Refused,
    tidy_transports,
)

ALGORITHMS: Final = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
"""What every device of today speaks. Each makes signatures that nobody else can."""
FORMATS: Final = {AttestationFormat.NONE, AttestationFormat.PACKED}
"""We ask for no attestation. A few keys sign their own all the same."""
ANSWER_AT_MOST: Final = 12 * 1024
MILLISECONDS: Final = int(ANSWER_WITHIN.total_seconds() * 1000)
VERIFIED: Final = UserVerificationRequirement.REQUIRED

FAULTS: Final = (
    *(WebAuthnException, ValueError, TypeError),
    *(LookupError, AttributeError, RecursionError),
)
"""What reading and verifying raises for input of a stranger: its own, and Python's."""

NOT_PROVEN: Final = Refused(Because.NOT_PROVEN)


class Key(Protocol):
    """A passkey, as far as a ceremony goes: whose it is, is somebody else's business."""

    @property
    def credential_id(self) -> bytes: ...

    @property
    def public_key(self) -> bytes: ...

    @property
    def is_synced(self) -> bool: ...

    @property
    def transports(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A key that a browser has made for us."""

    credential_id: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    count: int
    is_synced: bool
    transports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """The answer of a browser to a sign-in, read and not yet verified."""

    credential_id: bytes = field(repr=False)
    handle: bytes | None = field(repr=False)
    answer: AuthenticationCredential = field(repr=False)


@dataclass(frozen=True, slots=True)
class Proven:
    """The key is held, and somebody showed that they are its holder."""

    count: int
    is_synced: bool


def ask_for_a_new_key(
    party: Party,
    *,
    ours: str,
    name: str,
    handle: bytes,
    challenge: bytes,
    known: Sequence[Key],
) -> str:
    """Write what a browser is to make a key with. `name`: what it calls its holder."""
    return options_to_json(
        generate_registration_options(
            rp_id=party.id,
            rp_name=ours,
            user_id=handle,
            user_name=name,
            user_display_name=name,
            challenge=challenge,
            timeout=MILLISECONDS,
            attestation=AttestationConveyancePreference.NONE,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED
            ),
            exclude_credentials=[_described(passkey) for passkey in known],
            supported_pub_key_algs=ALGORITHMS,
        )
    )


def ask_for_a_key(party: Party, challenge: bytes) -> str:
    """Write what a browser is to show a key with: any that it has for us."""
    return options_to_json(
        generate_authentication_options(
            rp_id=party.id, challenge=challenge, timeout=MILLISECONDS, user_verification=VERIFIED
        )
    )


def judge_new_key(party: Party, challenge: bytes, said: str) -> NewKey | Refused:
    """Decide whether a browser has made a key for us, here, just now."""
    try:
        answer = parse_registration_credential_json(said[: ANSWER_AT_MOST + 1])
        if len(said) > ANSWER_AT_MOST or not _is_plain(answer):
            return NOT_PROVEN
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
            supported_pub_key_algs=ALGORITHMS,
        )
    except FAULTS:
        return NOT_PROVEN
    if not 0 < len(made.credential_id) <= CREDENTIAL_ID_AT_MOST:
        return NOT_PROVEN
    if made.credential_id != answer.raw_id:
        return NOT_PROVEN  # It speaks of two keys.
    transports = [transport.value for transport in answer.response.transports or []]
    return NewKey(
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        count=made.sign_count,
        is_synced=made.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
        transports=tidy_transports(transports),
    )


def read_shown(said: str) -> Shown | Refused:
    """Read which key a browser shows, so that it can be looked up."""
    try:
        answer = parse_authentication_credential_json(said[: ANSWER_AT_MOST + 1])
    except FAULTS:
        return NOT_PROVEN
    if len(said) > ANSWER_AT_MOST or len(answer.raw_id) > CREDENTIAL_ID_AT_MOST:
        return NOT_PROVEN
    return Shown(answer.raw_id, answer.response.user_handle, answer)


def judge_shown(
    party: Party, challenge: bytes, passkey: Key, handle: bytes, shown: Shown
) -> Proven | Refused:
    """Decide whether whoever shows a passkey holds it. `handle` is that of its owner.

    The count is not judged here: who was asked knows more about it than the library does.
    """
    if shown.handle != handle or shown.credential_id != passkey.credential_id:
        return NOT_PROVEN
    try:
        if _is_framed(shown.answer.response.client_data_json):
            return NOT_PROVEN
        proven = verify_authentication_response(
            credential=shown.answer,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except FAULTS:
        return NOT_PROVEN
    is_synced = proven.credential_device_type is CredentialDeviceType.MULTI_DEVICE
    if is_synced != passkey.is_synced:
        return NOT_PROVEN  # Whether a key may be copied is settled when it is made.
    return Proven(count=proven.new_sign_count, is_synced=is_synced)


def _is_plain(answer: RegistrationCredential) -> bool:
    """Say whether an answer is of the kind that we asked for, before certificates are read."""
    response = answer.response
    if _is_framed(response.client_data_json):
        return False
    return parse_attestation_object(response.attestation_object).fmt in FORMATS


def _is_framed(client_data: bytes) -> bool:
    """Say whether our page stood inside a page of somebody else."""
    return bool(parse_client_data_json(client_data).cross_origin)


def _described(passkey: Key) -> PublicKeyCredentialDescriptor:
    known = {each.value: each for each in AuthenticatorTransport}
    return PublicKeyCredentialDescriptor(
        id=passkey.credential_id,
        transports=[known[word] for word in passkey.transports if word in known] or None,
    )
