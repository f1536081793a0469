"""The fields of an audience: who is meant, as a form says it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from watchword.features.audiences.rules import Filter
from watchword.features.consents.rules import Scope
from watchword.features.imports.amounts import read_date, read_points
from watchword.features.organisations.rules import LocationId
from watchword.foundation.ids import Id
from watchword.web.console.card_tags import BETWEEN
from watchword.web.console.forms import Form

YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Typed:
    """A filter as it stands in the fields, and what cannot be read of it."""

    filter: Filter
    values: Mapping[str, str]
    problems: Mapping[str, str]


def typed_as(filter: Filter) -> Mapping[str, str]:
    """Give what stands in the fields of text before anybody types."""
    return {
        "points_from": _written(filter.points_from),
        "points_to": _written(filter.points_to),
        "bought_since": _written(filter.bought_since),
        "not_bought_since": _written(filter.not_bought_since),
        "tags_any": ", ".join(filter.tags_any),
        "tags_none": ", ".join(filter.tags_none),
    }


def verified_of(filter: Filter) -> str:
    return {None: "", True: YES, False: NO}[filter.card_verified]


def read_typed(form: Form) -> Typed:
    """Read a form; what cannot be read stands beside what could."""
    reader = _Reader(form)
    filter = Filter(
        consents=tuple(each for each in Scope if each in form.all("consents")),
        points_from=reader.whole("points_from"),
        points_to=reader.whole("points_to"),
        bought_at=tuple(_places(form)),
        bought_since=reader.day("bought_since"),
        not_bought_since=reader.day("not_bought_since"),
        never_bought=form.flag("never_bought"),
        tags_any=_tags(form, "tags_any"),
        tags_none=_tags(form, "tags_none"),
        languages=tuple(form.all("languages")),
        card_verified={YES: True, NO: False}.get(form.text("verified")),
    )
    values = {name: form.text(name) for name in typed_as(filter)}
    return Typed(filter, values, reader.problems)


class _Reader:
    def __init__(self, form: Form) -> None:
        self._form = form
        self.problems: dict[str, str] = {}

    def whole(self, name: str) -> int | None:
        typed = self._form.text(name)
        found = read_points(typed) if typed else None
        if typed and found is None:
            self.problems[name] = "no_number"
        return found

    def day(self, name: str) -> date | None:
        typed = self._form.text(name)
        found = read_date(typed) if typed else None
        if typed and found is None:
            self.problems[name] = "no_day"
        return found


def _tags(form: Form, name: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in BETWEEN.split(form.text(name)) if each.strip())


def _places(form: Form) -> Sequence[LocationId]:
    places = list[LocationId]()
    for each in form.all("bought_at"):
        with suppress(ValueError):
            places.append(LocationId(Id(str(UUID(each)))))
    return places


def _written(said: int | date | None) -> str:
    return "" if said is None else str(said)
