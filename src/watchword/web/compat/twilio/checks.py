"""Verification checks: a code is tried. A wrong one is no error, and says `pending`."""

from functools import partial
from typing import Any

from litestar import Request, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.challenges.rules import ChallengeId
from watchword.features.challenges.verdicts import Locked, TooMany
from watchword.features.crossings.pairs.rules import Call
from watchword.features.crossings.rules import Who
from watchword.features.schemes.askings.rules import (
    Checked,
    NotThere,
    PaymentMissing,
    Said,
    Seen,
    Target,
    TriedOut,
)
from watchword.features.schemes.rules import LENGTH_AT_LEAST, LENGTH_AT_MOST, NoScheme, SchemeId
from watchword.web.compat.twilio.crossing import Matter, Part, cross
from watchword.web.compat.twilio.door import Guest
from watchword.web.compat.twilio.errors import (
    NO_PAYMENT,
    NO_TARGET,
    TRIED_OUT,
    invalid,
    not_found,
)
from watchword.web.compat.twilio.forms import Form, form
from watchword.web.compat.twilio.people import found_to, read_to
from watchword.web.compat.twilio.places import SERVICE, WRITE
from watchword.web.compat.twilio.services import scheme_id
from watchword.web.compat.twilio.sids import VERIFICATION, read_sid
from watchword.web.compat.twilio.verifications import told


@post(SERVICE + "/VerificationCheck", opt=WRITE, status_code=200)
async def check_verification(
    service: FromPath[str], request: Request[Any, Any, Any], guest: NamedDependency[Guest]
) -> Any:  # noqa: ANN401 - ours, or what Twilio said
    said = await form(request)
    id = scheme_id(service)

    async def serve(part: Part) -> dict[str, Any]:
        target = _target(said, id, guest.country)
        typed = said.text("Code", least=LENGTH_AT_LEAST, most=LENGTH_AT_MOST)
        if typed is None:
            raise invalid("Code")
        if not part.is_alone:
            target = None if part.beside is None else Target(id, part.beside)
        checked = await _checked(guest, target, typed, said, part)
        if isinstance(checked, Seen):
            return {**told(checked, guest), "sna_attempts_error_codes": []}
        raise _not_checked(checked, service)

    matter = Matter(Call.CHECK, id, partial(_who, said, guest.country))
    return await cross(guest, request, matter, serve)


async def _checked(
    guest: Guest, target: Target | None, typed: str, said: Form, part: Part
) -> Checked:
    askings = guest.services.schemes.askings
    if target is None:
        return NotThere()
    if part.is_right:
        return await askings.concede(guest.client, target)
    payment = Said(amount=said.text("Amount"), payee=said.text("Payee"))
    return await askings.check(guest.client, target, typed, payment)


def _who(said: Form, country: str) -> Who | None:
    """Read whom it is about, as far as that can be read."""
    sid, to = said.text("VerificationSid"), said.text("To")
    if sid is not None:
        return read_sid(VERIFICATION, sid)
    return None if to is None else found_to(to, country)


def _target(said: Form, id: SchemeId, country: str) -> Target | None:
    """Read which verification is meant; nothing, if no SID of one is named."""
    sid, to = said.text("VerificationSid"), said.text("To")
    if sid is not None:
        read = read_sid(VERIFICATION, sid)
        return None if read is None else Target(id, ChallengeId(read))
    if to is None:
        raise NO_TARGET
    return Target(id, read_to(to, country))


def _not_checked(checked: Checked, service: str) -> Exception:
    match checked:
        case NoScheme() | NotThere():
            return not_found(f"/Services/{service}/VerificationCheck")
        case TriedOut() | TooMany() | Locked():
            return TRIED_OUT
        case PaymentMissing():
            return NO_PAYMENT
        case Seen():
            raise TypeError("It was checked.")


routes = [check_verification]
