"""What a scheme is: a name, and what its applications want of codes that are asked for under it.

An organisation has as many as it has applications that were written for a product with a word for
this. What Watchword has no use for is kept, and told again as it was.
"""

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, NewType
from uuid import UUID

from msgspec import Struct

from watchword.features.templates.faults import leads_away
from watchword.foundation.gsm import septets, transliterate

SchemeId = NewType("SchemeId", UUID)

SCHEMES_AT_MOST = 1000
LENGTH_AT_LEAST, LENGTH_AT_MOST, USUAL_LENGTH = 4, 10, 6
NAME_AT_MOST = 32  # septets, as it is texted
DIGITS_IN_A_NAME = 4


class Push(Struct, frozen=True):
    include_date: bool = False
    apn_credential_sid: str | None = None
    fcm_credential_sid: str | None = None


class Totp(Struct, frozen=True):
    issuer: str | None = None
    time_step: int = 30
    code_length: int = 6
    skew: int = 1


class Whatsapp(Struct, frozen=True, rename={"sender": "from"}):
    msg_service_sid: str | None = None
    sender: str | None = None


class RelyingParty(Struct, frozen=True):
    id: str | None = None
    name: str | None = None
    origins: tuple[str, ...] = ()


class Passkeys(Struct, frozen=True):
    relying_party: RelyingParty = RelyingParty()
    authenticator_attachment: str | None = None
    discoverable_credentials: str | None = None
    user_verification: str | None = None


class Manner(Struct, frozen=True):
    """What is wanted of codes under a scheme.

    `custom_code_enabled`: the application may make codes itself; `psd2_enabled`: each code is for
    one payment. Of the rest, `docs/reference/twilio.md` says what is done about it.
    """

    code_length: int = USUAL_LENGTH
    lookup_enabled: bool = False
    psd2_enabled: bool = False
    skip_sms_to_landlines: bool = False
    dtmf_input_required: bool = True
    tts_name: str | None = None
    do_not_share_warning_enabled: bool = False
    custom_code_enabled: bool = False
    default_template_sid: str | None = None
    verify_event_subscription_enabled: bool = False
    push: Push = Push()
    totp: Totp = Totp()
    whatsapp: Whatsapp = Whatsapp()
    passkeys: Passkeys = Passkeys()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    id: SchemeId
    name: str
    manner: Manner
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class NoScheme:
    """There is no such scheme."""

    word: ClassVar[str] = "no_scheme"


@dataclass(frozen=True, slots=True)
class TooManySchemes:
    """There are as many as there may be."""

    word: ClassVar[str] = "too_many_schemes"


def begun(id: SchemeId, name: str, manner: Manner, now: datetime) -> Scheme:
    return Scheme(id=id, name=name, manner=manner, created_at=now, changed_at=now)


def changed(scheme: Scheme, name: str, manner: Manner, now: datetime) -> Scheme:
    """Give a scheme as it is from now on; what is asked for under it already goes on as it was."""
    return replace(scheme, name=name, manner=manner, changed_at=now)


def is_name(name: str) -> bool:
    """Say whether codes may be sent in a name, wherever it comes from: it is read by people and no
    longer when texted, looks like no code in any script, and leads nobody to a page."""
    texted = transliterate(name)
    forms = unicodedata.normalize("NFKC", name), texted
    digits = max(sum(unicodedata.decimal(mark, -1) >= 0 for mark in form) for form in forms)
    is_short = septets(texted) <= NAME_AT_MOST
    return is_short and digits <= DIGITS_IN_A_NAME and not is_unsayable(name)


def is_unsayable(said: str) -> bool:
    """Say whether something has no place among words: nobody could read it, or it is a page."""
    is_read = said.isprintable() and any(map(str.isalnum, transliterate(said)))
    return not is_read or leads_away(said)
