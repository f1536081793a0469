"""API keys: what each opens, how one is made, replaced and revoked. A key is shown once.

It stands in no address and in no cookie, and no page shows it again: going back asks the browser
to send the form once more, and what was made by it is not made or shown a second time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from shlex import quote
from typing import assert_never
from uuid import UUID

import msgspec
import phonenumbers
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.clients.rules import (
    NO_OVERLAP,
    AlreadyRevoked,
    ApiKey,
    ApiKeyId,
    KeyWish,
    MadeBefore,
    NewKey,
    Overlap,
    Scope,
    find_fault_of_label,
    is_good,
    usual_scopes,
)
from watchword.features.idempotency.rules import OtherBody
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.staff.permissions import Permission
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id
from watchword.web.console.nonces import new_nonce, nonce_of, once_of
from watchword.web.console.pages import go, show_console
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.pages import AnyRequest

LIST = "/console/api-keys"
SEES, EDITS = {PERMISSION: Permission.API_KEYS_SEE}, {PERMISSION: Permission.API_KEYS_EDIT}
ENDED_AT_MOST = 50

OVERLAPS: Mapping[str, Overlap] = {
    "none": NO_OVERLAP,
    "hour": Overlap(timedelta(hours=1)),
    "day": Overlap(timedelta(days=1)),
    "week": Overlap(timedelta(days=7)),
}
"""How long the old key is still good, as the form offers it."""

USUAL = "day"
READS: Mapping[Scope, str] = {
    Scope.PLANS_READ: "/v1/plans",
    Scope.WEBHOOKS_READ: "/v1/webhook-endpoints",
    Scope.BLOCKS_READ: "/v1/blocks",
    Scope.ABUSE_RULES_READ: "/v1/abuse-rules",
    Scope.SANDBOX_READ: "/sandbox/messages",
}
"""What a key may be tried on that sends no codes."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it is to stand in the page: what was typed, and what is wrong with it."""

    label: str
    scopes: frozenset[str]
    nonce: str
    problems: Mapping[str, str]


@get(LIST, include_in_schema=False, opt=SEES)
async def show_keys(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    keys = await visitor.services.clients.all(visitor.organisation.id)
    now = visitor.services.storage.now()
    good = [key for key in reversed(keys) if is_good(key, now)]
    ended = [key for key in reversed(keys) if not is_good(key, now)][:ENDED_AT_MOST]
    return show_console(request, visitor, "api_keys/list.html", good=good, ended=ended)


@get(f"{LIST}/new", include_in_schema=False, opt=EDITS)
async def ask_for_key(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    usual = frozenset(map(str, usual_scopes(visitor.organisation.mode)))
    return _show_form(request, visitor, Filled("", usual, new_nonce(), {}))


@post(LIST, include_in_schema=False, opt=EDITS, status_code=200)
async def make_key(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    form = visitor.form
    label, chosen = form.text("label"), frozenset(form.all("scope"))
    problems: dict[str, str] = {}
    if find_fault_of_label(label):
        problems["label"] = "label"
    scopes = frozenset(scope for scope in _offered(visitor.organisation) if scope in chosen)
    if not scopes:
        problems["scopes"] = "none"
    if Scope.WALLETS_DIRECT in scopes and not form.flag("is_known"):
        problems["direct"] = "ask"
    filled = Filled(label, chosen, nonce_of(visitor), problems)
    if form.is_resumed:
        return _show_form(request, visitor, Filled(label, chosen, new_nonce(), {}))
    if problems:
        return _show_form(request, visitor, filled, status=422)
    wish = KeyWish(label=label, scopes=scopes)
    outcome = await visitor.services.clients.make(visitor, wish, once_of(visitor, LIST))
    match outcome:
        case NewKey() | MadeBefore():
            return await _show_made(request, visitor, outcome)
        case OtherBody():
            # Somebody went back and asked for another one: that needs a form of its own.
            anew = Filled(label, chosen, new_nonce(), {"form": "sent_before"})
            return _show_form(request, visitor, anew, status=422)
        case AlreadyRevoked():
            raise AssertionError("Only a key that takes the place of another ends so.")
        case _:
            assert_never(outcome)


@get(f"{LIST}/{{id:uuid}}/rotations", include_in_schema=False, opt=EDITS)
async def ask_for_rotation(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    return _show_rotation(request, visitor, await _found(visitor, id), USUAL, new_nonce())


@post(f"{LIST}/{{id:uuid}}/rotations", include_in_schema=False, opt=EDITS, status_code=200)
async def rotate_key(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    old, overlap = await _found(visitor, id), visitor.form.text("overlap")
    if visitor.form.is_resumed or overlap not in OVERLAPS:
        shown = overlap if overlap in OVERLAPS else USUAL
        status = 200 if visitor.form.is_resumed else 422
        return _show_rotation(request, visitor, old, shown, new_nonce(), status=status)
    wish = KeyWish(label=old.label, scopes=old.scopes, replaces=old.id, overlap=OVERLAPS[overlap])
    once = once_of(visitor, f"{LIST}/{id}/rotations")
    outcome = await visitor.services.clients.make(visitor, wish, once)
    match outcome:
        case NewKey() | MadeBefore():
            return await _show_made(request, visitor, outcome, replaced=old)
        case OtherBody() | AlreadyRevoked():
            problem = outcome.word
            return _show_rotation(
                request, visitor, old, overlap, new_nonce(), problem=problem, status=422
            )
        case _:
            assert_never(outcome)


@post(f"{LIST}/{{id:uuid}}/revocations", include_in_schema=False, opt=EDITS, status_code=303)
async def revoke_key(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Redirect | Response[str]:
    if visitor.form.is_resumed:
        return go(LIST)
    whose = visitor.organisation.id
    outcome = await visitor.services.clients.revoke(whose, _key_id(id), visitor.actor)
    return go(LIST, said="was_revoked" if isinstance(outcome, AlreadyRevoked) else "revoked")


def _show_form(
    request: AnyRequest, visitor: Visitor, filled: Filled, *, status: int = 200
) -> Response[str]:
    scopes = _offered(visitor.organisation)
    return show_console(
        request, visitor, "api_keys/new.html", status=status, filled=filled, scopes=scopes
    )


def _show_rotation(
    request: AnyRequest,
    visitor: Visitor,
    old: ApiKey,
    overlap: str,
    nonce: str,
    *,
    problem: str = "",
    status: int = 200,
) -> Response[str]:
    return show_console(
        request,
        visitor,
        "api_keys/rotation.html",
        status=status,
        old=old,
        overlap=overlap,
        overlaps=[*OVERLAPS],
        nonce=nonce,
        problem=problem,
    )


async def _show_made(
    request: AnyRequest,
    visitor: Visitor,
    made: NewKey | MadeBefore,
    replaced: ApiKey | None = None,
) -> Response[str]:
    """Show a key for the only time; of one that was shown before, only that it was."""
    if isinstance(made, MadeBefore):
        key, secret = await _found(visitor, made.id), None
    else:
        key, secret = made.key, made.secret.reveal()
    return show_console(
        request,
        visitor,
        "api_keys/made.html",
        key=key,
        secret=secret,
        replaced=replaced,
        example=_example(visitor, key),
    )


async def _found(visitor: Visitor, id: UUID) -> ApiKey:
    keys = await visitor.services.clients.all(visitor.organisation.id)
    for key in keys:
        if key.id == id:
            return key
    raise NotFound("API key")


def _key_id(id: UUID) -> ApiKeyId:
    return ApiKeyId(Id(int=id.int))


def _offered(organisation: Organisation) -> list[Scope]:
    """Give the scopes that mean anything here: only a test organisation has a sandbox."""
    is_test = organisation.mode is Mode.TEST
    return [scope for scope in Scope if is_test or not scope.startswith("sandbox:")]


def _example(visitor: Visitor, key: ApiKey) -> str:
    """Write a request that this key may make, for a shell, which asks for the key."""
    request = _request(visitor, key)
    # A shell reads to the closing brace before it does anything. Without braces, `read` would
    # take the line that was pasted after it for the key.
    return f'{{ printf "Key: "; read -rs KEY; echo\n{request}\n}}' if request else ""


def _request(visitor: Visitor, key: ApiKey) -> str:
    base, head = visitor.services.settings.web.public_url, '-H "Authorization: Bearer $KEY"'
    if Scope.CHALLENGES_WRITE in key.scopes:
        body = {"purpose": "contact_verification", "to": {"phone": _number(visitor.organisation)}}
        data = quote(msgspec.json.encode(body).decode())
        kind = '-H "Content-Type: application/json"'
        return f"curl {base}/v1/challenges \\\n  {head} \\\n  {kind} \\\n  -d {data}"
    paths = [path for scope, path in READS.items() if scope in key.scopes]
    return f"curl {base}{paths[0]} \\\n  {head}" if paths else ""


def _number(organisation: Organisation) -> str:
    """Give a number of that country that belongs to nobody."""
    mobile = phonenumbers.PhoneNumberType.MOBILE
    number = phonenumbers.example_number_for_type(organisation.country, mobile)
    if number is None:
        return "+491701234567"
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


routes = [show_keys, ask_for_key, make_key, ask_for_rotation, rotate_key, revoke_key]
