"""What holds for all calls: what a new PIN may be, which core is asked, and when somebody locks."""

from collections.abc import Mapping
from typing import TypeAlias

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from watchword.features.activation.profiles.rules import BadProfile, ProfileKind
from watchword.features.activation.profiles.settings import (
    BadSettings,
    LineSettings,
    SetLine,
    SettingsOutOfDate,
)
from watchword.features.activation.scenarios import PinLooked
from watchword.features.cores.rules import CoreName
from watchword.features.pins.rules import USUAL, PinRules
from watchword.features.staff.permissions import Permission
from watchword.web.console.actors import name_of
from watchword.web.console.forms import NO_NUMBER, Form
from watchword.web.console.pages import go, show_console
from watchword.web.console.telephone.terms import Author, profile_id_of, risk_of
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.pages import AnyRequest

PATH = "/console/telephone/line"
MAY = {PERMISSION: Permission.PROFILES_EDIT}
FORBIDS = (
    *("no_sequential", "sequences_wrap", "no_repeating", "no_common", "no_ssn", "no_ssn_part"),
    *("no_birth_date", "no_zip", "no_phone", "no_member_number", "no_account_number"),
    "no_card_number",
)

Shown: TypeAlias = Response[str] | Redirect
Refusal: TypeAlias = BadSettings | BadProfile | SettingsOutOfDate | None


@get(PATH, include_in_schema=False, opt=MAY)
async def show_line(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    found = await visitor.services.telephone.profiles.all(visitor.organisation.id)
    return await _show(request, visitor, found.line.settings, found.line.version)


@post(PATH, include_in_schema=False, opt=MAY, status_code=200)
async def set_line(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Shown:
    profiles, form = visitor.services.telephone.profiles, visitor.form
    before = (await profiles.all(visitor.organisation.id)).line
    author = Author(visitor.actor, visitor.services.storage.now())
    settings, version = read_settings(form, before.settings, author), form.version("version")
    if form.is_resumed:
        return await _show(request, visitor, settings, version)
    outcome = await profiles.set_line(visitor, settings, version)
    if isinstance(outcome, SetLine):
        return go(PATH, said="saved")
    return await _show(request, visitor, settings, version, outcome)


def read_settings(form: Form, before: LineSettings, author: Author) -> LineSettings:
    """Read what somebody typed; what is no number is refused by its own field."""
    reading, lock_after = form.text("reading"), form.number("lock_after")
    return LineSettings(
        pins=_rules(form, before.pins, author),
        greatest_age_days=form.number("greatest_age_days"),
        reading=PinLooked(reading) if reading in {*PinLooked} else before.reading,
        core=CoreName(form.text("core")) if form.text("core") else None,
        profile_id=profile_id_of(form.text("profile_id")),
        lock_after=NO_NUMBER if lock_after is None else lock_after,
        unlock_minutes=form.number("unlock_minutes"),
        unlocks_by_code=form.flag("unlocks_by_code"),
        transfer_to=form.text("transfer_to") or None,
        onward_to=form.text("onward_to") or None,
    )


def _rules(form: Form, before: PinRules, author: Author) -> PinRules:
    numbers = {name: form.number(name) for name in ("shortest", "longest", "previous")}
    shortest, longest, previous = (NO_NUMBER if each is None else each for each in numbers.values())
    forbids: Mapping[str, bool] = {name: form.flag(name) for name in FORBIDS}
    return PinRules(
        shortest=shortest,
        longest=longest,
        old_longest=form.number("old_longest"),
        repeats_from=form.number("repeats_from"),
        previous=previous,
        legacy=risk_of(form.text("legacy"), before.legacy, author) if shortest < USUAL else None,
        **forbids,
    )


async def _show(
    request: AnyRequest,
    visitor: Visitor,
    settings: LineSettings,
    version: int,
    refused: Refusal = None,
) -> Response[str]:
    telephone = visitor.services.telephone
    found = await telephone.profiles.all(visitor.organisation.id)
    return show_console(
        request,
        visitor,
        "telephone/line.html",
        status=200 if refused is None else 422,
        settings=settings,
        version=version,
        standard=[each for each in found.profiles if each.terms.kind is ProfileKind.STANDARD],
        cores=telephone.cores.names(visitor.organisation),
        refused=refused,
        problem=refused.field if isinstance(refused, BadSettings) else "",
        changed=found.line,
        doer=await name_of(visitor, found.line.changed_by),
        form=visitor.form,
    )


routes = [show_line, set_line]
