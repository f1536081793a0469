"""Profiles in a file: all of an organisation, by name, to be read by people and taken in again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta, Struct, field

from watchword.features.activation.profiles.rules import (
    USUAL_DAYS,
    Process,
    Profile,
    ProfileId,
    ProfileKind,
    Terms,
    known_as,
)
from watchword.features.activation.questions import Asked, Part, Question
from watchword.features.activation.scenarios import Scenario
from watchword.features.pins.rules import RiskAccepted

BYTES_AT_MOST = 262_144


class AskedView(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A question, and its options if it has some."""

    question: Question
    count: int | None = None
    part: Part | None = None


class ProcessView(Struct, frozen=True, forbid_unknown_fields=True):
    """What is done about PINs. `profile` is a name."""

    active: bool = False
    profile: str | None = None
    scenarios: tuple[Scenario, ...] = ()


class RiskView(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody accepts a risk. Who takes it in answers for it."""

    reason: str


class ProfileView(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A profile by its names."""

    name: str
    kind: ProfileKind
    levels: tuple[tuple[AskedView, ...], ...] = ()
    activation: ProcessView = field(default_factory=ProcessView)
    force: ProcessView = field(default_factory=ProcessView)
    questions: tuple[AskedView, ...] = ()
    unchanged_days: int = USUAL_DAYS
    risk: RiskView | None = None


EXAMPLE = {
    "name": "First PIN",
    "kind": "customer_activation",
    "questions": [{"question": "birth_date"}, {"question": "code"}],
}


class ProfilesView(Struct, frozen=True, forbid_unknown_fields=True):
    """A whole file."""

    profiles: Annotated[tuple[ProfileView, ...], Meta(max_length=1_000, examples=[[EXAMPLE]])]
    format: Literal["watchword.profiles/1"] = "watchword.profiles/1"


class UnreadableFile(Struct, frozen=True):
    """It is no such file. `because` names the place, and nothing of what stands there."""

    word: ClassVar = "unreadable_file"

    because: str


def written(profiles: Sequence[Profile]) -> bytes:
    """Write all profiles, those first which others name."""
    names = {each.id: each.terms.name for each in profiles}
    last = ProfileKind.STANDARD
    ordered = sorted(
        profiles, key=lambda each: (each.terms.kind is last, known_as(each.terms.name))
    )
    view = ProfilesView(tuple(view_of(each.terms, names) for each in ordered))
    return msgspec.json.format(msgspec.json.encode(view), indent=2)


def read(content: bytes) -> ProfilesView | UnreadableFile:
    """Read a file. What nobody knows in it is refused: it may be a word that is misspelt."""
    if len(content) > BYTES_AT_MOST:
        return UnreadableFile(f"It has more than {BYTES_AT_MOST:,} bytes.")
    try:
        return msgspec.json.decode(content, type=ProfilesView)
    except msgspec.ValidationError as fault:
        return UnreadableFile(str(fault))
    except msgspec.DecodeError:
        return UnreadableFile("It is no JSON.")


def view_of(terms: Terms, names: Mapping[ProfileId, str]) -> ProfileView:
    return ProfileView(
        name=terms.name,
        kind=terms.kind,
        levels=tuple(_asked_views(level) for level in terms.levels),
        activation=_process_view(terms.activation, names),
        force=_process_view(terms.force, names),
        questions=_asked_views(terms.questions),
        unchanged_days=terms.unchanged_days,
        risk=None if terms.risk is None else RiskView(terms.risk.reason),
    )


def terms_of(
    view: ProfileView, ids: Mapping[str, ProfileId], nobody: ProfileId, by: str, now: datetime
) -> Terms:
    """Give what a view says. `ids`: of profiles, by what they are known as; `nobody`: an id for a
    name that nobody has, so that the fault is found where all are."""
    return Terms(
        name=view.name.strip(),
        kind=view.kind,
        levels=tuple(_asked(level) for level in view.levels),
        activation=_process(view.activation, ids, nobody),
        force=_process(view.force, ids, nobody),
        questions=_asked(view.questions),
        unchanged_days=view.unchanged_days,
        risk=None
        if view.risk is None
        else RiskAccepted(by=by, at=now, reason=view.risk.reason.strip()),
    )


def _asked_views(asked: Sequence[Asked]) -> tuple[AskedView, ...]:
    return tuple(AskedView(each.question, each.count, each.part) for each in asked)


def _asked(views: Sequence[AskedView]) -> tuple[Asked, ...]:
    return tuple(Asked(each.question, each.count, each.part) for each in views)


def _process_view(process: Process, names: Mapping[ProfileId, str]) -> ProcessView:
    linked = None if process.profile_id is None else names.get(process.profile_id)
    return ProcessView(process.is_active, linked, process.scenarios)


def _process(view: ProcessView, ids: Mapping[str, ProfileId], nobody: ProfileId) -> Process:
    linked = None if view.profile is None else ids.get(known_as(view.profile), nobody)
    return Process(is_active=view.active, profile_id=linked, scenarios=view.scenarios)
