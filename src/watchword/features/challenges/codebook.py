"""How the code of a challenge is made, known again, and kept until the challenge is over."""

import hmac
from collections.abc import Callable, Mapping
from enum import StrEnum

import msgspec

from watchword.features.challenges.codes import (
    Binding,
    CodeTag,
    Draw,
    Slip,
    digest,
    draw_code,
    draw_letters,
    read_code,
    read_letters,
    read_own_code,
    tag,
)
from watchword.features.challenges.lanes import is_of_scheme
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.rules import LETTERS, Challenge, ChallengeId
from watchword.features.contacts.rules import ContactId
from watchword.foundation.ids import OrganisationId
from watchword.foundation.sealing import KeyAway, Place, Sealer
from watchword.foundation.secret import Secret


class Autofill(msgspec.Struct, frozen=True, array_like=True):
    """What lets a phone fill in the code: the host that it is for, or the hash of an app.

    `leads_in`: whether the message leads to the page of ours on which the code is typed; `apart`:
    whether another message does, where that of the code may not. `read_aloud`: the code is typed
    by nobody, but read to staff on the telephone, and goes by no other channel than was asked for.
    """

    host: str | None = None
    frame: str | None = None
    app: str | None = None
    leads_in: bool = False
    apart: bool = False
    read_aloud: bool = False


NO_AUTOFILL = Autofill()
NO_CODE = ""


class Telling(StrEnum):
    """How whoever is asked for a code comes to know it."""

    SENT = "sent"
    KEPT = "kept"
    """Nobody does: all goes as if it were sent, for whoever asks is not to learn who is known."""
    SHOWN = "shown"
    """It is shown where its person is signed in, and is not sent."""


class Spending(msgspec.Struct, frozen=True, array_like=True):
    """What a code lets whoever hears it spend."""

    reward: str
    points: int


class Payment(msgspec.Struct, frozen=True, array_like=True):
    """What a code lets whoever types it pay, and to whom."""

    amount: str
    payee: str


class Content(msgspec.Struct, frozen=True, array_like=True):
    """What a challenge needs for sending its code once more. It never rests unsealed.

    `denial` is the token of the page on which somebody says that they asked for no code.
    """

    code: str
    address: str
    transaction_digest: bytes
    denial: str = ""
    autofill: Autofill = NO_AUTOFILL
    telling: Telling = Telling.SENT
    spends: Spending | None = None
    copy_to: str = ""
    """An e-mail address to which the same code goes as well."""
    before: str = ""
    """The code that its person may still have before their eyes, in place of which this one is."""
    brought: str = ""
    """The words of its text message, where the application has brought them along."""
    brand: str = ""
    """Whose code the words say it is, where that is not the name of the organisation."""
    pays: Payment | None = None
    is_own: bool = False
    """Whether the application has made the code itself, and so knows it without anybody's help."""

    def __repr__(self) -> str:
        return "Content(…)"


class Codebook:
    def __init__(
        self,
        *,
        keys: Mapping[int, bytes],
        sealer: Sealer,
        draw: Draw,
        new_token: Callable[[], str],
    ) -> None:
        """`keys`: the versions of the key for codes; `sealer`: what keeps codes that wait.

        `new_token` gives a word that nobody can guess, and that can stand in an address.
        """
        self._keys = keys
        self._newest = max(keys)
        self._sealer = sealer
        self._draw = draw
        self._new_token = new_token

    def first(
        self,
        lane: str,
        length: int,
        address: Secret,
        transaction: str | None,
        autofill: Autofill,
        *,
        draw: Draw | None,
    ) -> Content:
        """Draw a code for a new challenge: one of letters, if it goes by letter.

        `draw` is the chance that a test has chosen, if one has.
        """
        code, digested = self._drawn(length, lane, draw), digest(transaction)
        return Content(code.reveal(), address.reveal(), digested, self._new_token(), autofill)

    def another(self, challenge: Challenge, content: Content, draw: Draw | None) -> Content:
        """Draw another code for the same challenge."""
        code = self._drawn(challenge.code_length, challenge.lane, draw)
        return msgspec.structs.replace(
            content, code=code.reveal(), before=content.code, is_own=False
        )

    def was_good(self, challenge: Challenge, content: Content, typed: str) -> bool:
        """Say whether the code that was good before was typed."""
        code = read_code(typed, challenge.code_length)
        if code is None or not content.before:
            return False
        return hmac.compare_digest(code.reveal(), content.before)

    def _drawn(self, length: int, lane: str, draw: Draw | None) -> Secret:
        chance = draw or self._draw
        return draw_letters(chance) if lane == LETTERS else draw_code(length, chance)

    def tag(
        self,
        organisation_id: OrganisationId,
        id: ChallengeId,
        purpose: Purpose,
        contact_id: ContactId,
        content: Content,
    ) -> CodeTag:
        """Give what lets one challenge be answered by the code in the content, and by no other."""
        binding = Binding(
            organisation_id=organisation_id,
            challenge_id=id,
            purpose=purpose,
            contact_id=contact_id,
            transaction_digest=content.transaction_digest,
        )
        return CodeTag(self._newest, tag(Secret(content.code), binding, self._keys[self._newest]))

    def guess(
        self,
        organisation_id: OrganisationId,
        challenge: Challenge,
        typed: str,
        transaction: str | None,
    ) -> bytes | Slip | None:
        """Give the tag of what was typed; a slip or nothing, if it cannot be a code.

        Raise `KeyAway` rather than call an answer wrong that we cannot judge.
        """
        code = _read(challenge, typed)
        if not isinstance(code, Secret):
            return code
        key = self._keys.get(challenge.key_version)
        if key is None:
            raise KeyAway(f"The keyring has no version {challenge.key_version} of the codes key.")
        binding = Binding(
            organisation_id=organisation_id,
            challenge_id=challenge.id,
            purpose=challenge.purpose,
            contact_id=challenge.contact_id,
            transaction_digest=digest(transaction),
        )
        return tag(code, binding, key)

    def seal(self, organisation_id: OrganisationId, id: ChallengeId, content: Content) -> bytes:
        return self._sealer.seal(msgspec.msgpack.encode(content), _place(organisation_id, id))

    def unseal(self, organisation_id: OrganisationId, id: ChallengeId, sealed: bytes) -> Content:
        content = self._sealer.open(sealed, _place(organisation_id, id))
        return msgspec.msgpack.decode(content, type=Content)


def _read(challenge: Challenge, typed: str) -> Secret | Slip | None:
    if challenge.lane == LETTERS:
        return read_letters(typed)
    if is_of_scheme(challenge.lane):
        return read_own_code(typed, challenge.code_length)
    return read_code(typed, challenge.code_length)


def _place(organisation_id: OrganisationId, id: ChallengeId) -> Place:
    return Place(organisation_id, "challenges", "sealed", str(id))
