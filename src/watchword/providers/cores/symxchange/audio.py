"""What Symitar means by what stands in AudioAccess, and what else its records tell of a PIN.

After the public field texts of Symitar: 0000 is not yet set, 1 is to have none, 2 to 9 are
reserved, 9999 is what staff see in its place, and only 10 to 9998 are PINs.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from watchword.features.cores.rules import PinMode, PinState
from watchword.foundation.secret import Secret
from watchword.providers.cores.readings import moment_of, text_of
from watchword.providers.cores.symxchange.settings import (
    FIXED_TYPES,
    WHOSE_PIN_MATCHES,
    HashMode,
)
from watchword.providers.cores.symxchange.soap import Record

DIGITS: Final = re.compile(r"[0-9]{1,4}", re.ASCII)
LENGTH: Final = 4
UNSET, NONE_ISSUED, MASK = "0000", "0001", "9999"
RESERVED: Final = frozenset({*(f"000{digit}" for digit in range(10)), MASK})
MODES: Final = {
    HashMode.CLEAR: PinMode.CLEAR,
    HashMode.MD5: PinMode.HASHED,
    HashMode.ADVANCED: PinMode.HASHED,
}


class Meaning(StrEnum):
    UNSET = "unset"
    NONE_ISSUED = "none_issued"
    RESERVED = "reserved"
    HIDDEN = "hidden"
    """There is one, and it is not shown."""
    PIN = "pin"


@dataclass(frozen=True, slots=True)
class Audio:
    """What one preference record says of a PIN."""

    locator: str
    meaning: Meaning
    pin: Secret | None
    changed_on: str | None
    is_locked: bool

    @property
    def version(self) -> Secret:
        seen = f"{self.meaning}|{self.pin.reveal() if self.pin else ''}|{self.changed_on}"
        return Secret(f"{self.locator}:{hashlib.sha256(seen.encode()).hexdigest()}")


def audio_of(preference: Record, mode: HashMode) -> Audio:
    written = text_of(preference.get("audioaccess")) or UNSET
    meaning, pin = _meaning(written, mode)
    return Audio(
        locator=text_of(preference.get("locator")) or "0",
        meaning=meaning,
        pin=None if pin is None else Secret(pin),
        changed_on=text_of(preference.get("lastaccesschangedate")),
        is_locked=(text_of(preference.get("locked")) or "0") != "0",
    )


def _meaning(written: str, mode: HashMode) -> tuple[Meaning, str | None]:
    digits = written.zfill(LENGTH) if DIGITS.fullmatch(written) else None
    if digits == UNSET:
        return Meaning.UNSET, None
    if digits == NONE_ISSUED:
        return Meaning.NONE_ISSUED, None
    if mode is not HashMode.CLEAR or digits is None or digits == MASK:
        return Meaning.HIDDEN, None
    return (Meaning.RESERVED, None) if digits in RESERVED else (Meaning.PIN, digits)


def chosen(preferences: Sequence[Record], kind: int, mode: HashMode) -> Sequence[Audio]:
    """Give the records that may have the PIN: of a type all of them, else the first with each."""
    if kind in FIXED_TYPES:
        preferences = [each for each in preferences if text_of(each.get("type")) == str(kind)]
    audios = [audio_of(each, mode) for each in preferences]
    if kind != WHOSE_PIN_MATCHES:
        return audios[:1]
    return [each for each in audios if each.pin is not None] or audios[:1]


def state_of(audios: Sequence[Audio], mode: HashMode, *, is_frozen: bool) -> PinState:
    """Say what is known of a PIN. Of several different ones, nobody knows which is meant."""
    if len({each.pin for each in audios}) > 1:
        is_locked = is_frozen or all(each.is_locked for each in audios)
        return PinState(MODES[mode], is_set=True, is_locked=is_locked)
    if not audios:
        return PinState(MODES[mode], is_locked=is_frozen)
    audio = audios[0]
    tells = mode is HashMode.CLEAR
    is_fresh = audio.meaning is Meaning.UNSET or audio.changed_on is None
    return PinState(
        MODES[mode],
        is_set=_is_set(audio.meaning),
        pin=audio.pin,
        changed_at=moment_of(audio.changed_on),
        # Who has changed it last is not said: a member, or staff.
        is_established=False if tells and is_fresh else None,
        wants_activation=is_fresh if tells else None,
        is_locked=is_frozen or audio.is_locked,
        version=audio.version,
    )


def _is_set(meaning: Meaning) -> bool | None:
    match meaning:
        case Meaning.PIN | Meaning.HIDDEN:
            return True
        case Meaning.UNSET | Meaning.NONE_ISSUED:
            return False
        case Meaning.RESERVED:
            return None
