"""How a filter is written as SQL: a condition for each thing it says, and the words it asks for.

The statement of a filter is made of constants alone; what somebody typed goes beside it, as values.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from watchword.features.audiences.rules import Filter
from watchword.foundation.clock import to_microseconds

CONSENTED = """
    exists (
        select 1 from customer_contacts o
        join consents n on n.organisation_id = o.organisation_id and n.contact_id = o.contact_id
        where o.organisation_id = c.organisation_id and o.customer_id = c.id
          and o.bad_since is null and n.scope in ({places})
    )
"""

WITH_POINTS = """
    exists (
        select 1 from account_holders h
        join accounts a on a.organisation_id = h.organisation_id and a.id = h.account_id
        where h.organisation_id = c.organisation_id and h.customer_id = c.id
          and a.points >= :points_from and a.points <= :points_to
    )
"""

BOUGHT = """
    exists (
        select 1 from account_holders h
        join point_transfers t
          on t.organisation_id = h.organisation_id and t.account_id = h.account_id
        where h.organisation_id = c.organisation_id and h.customer_id = c.id
          and t.kind = 'earned'{more}
    )
"""

SINCE = " and t.at >= :bought_since"
NOT_SINCE = " and t.at >= :not_bought_since"
AT = " and t.location_id in ({places})"

TAGGED = """
    exists (
        select 1 from customer_tags g
        where g.organisation_id = c.organisation_id and g.customer_id = c.id
          and g.tag in ({places})
    )
"""

SPEAKS = "c.locale in ({places})"

VERIFIED = """
    exists (
        select 1 from cards d
        where d.organisation_id = c.organisation_id and d.customer_id = c.id
          and d.state = 'verified'
    )
"""

MOST = 2**62


@dataclass(frozen=True, slots=True)
class Condition:
    """A part of a statement, and the values that it asks for."""

    sql: str
    values: Mapping[str, str | int]


def condition_of(filter: Filter) -> Condition:
    """Write a filter as what stands behind `where`, with a customer as `c`."""
    parts = [*_parts(filter)]
    values = {name: value for part in parts for name, value in part.values.items()}
    return Condition("".join(f" and {part.sql}" for part in parts), values)


def _parts(filter: Filter) -> Iterator[Condition]:
    if filter.consents:
        yield _among(CONSENTED, "scope", filter.consents)
    if (filter.points_from, filter.points_to) != (None, None):
        most = MOST if filter.points_to is None else filter.points_to
        yield Condition(WITH_POINTS, {"points_from": filter.points_from or 0, "points_to": most})
    yield from _purchases(filter)
    if filter.tags_any:
        yield _among(TAGGED, "tag", filter.tags_any)
    if filter.tags_none:
        yield _among(f"not {TAGGED}", "no_tag", filter.tags_none)
    if filter.languages:
        yield _among(SPEAKS, "locale", filter.languages)
    if filter.card_verified is not None:
        yield Condition(VERIFIED if filter.card_verified else f"not {VERIFIED}", {})


def _purchases(filter: Filter) -> Iterator[Condition]:
    since, not_since = filter.bought_since, filter.not_bought_since
    if filter.never_bought:
        yield Condition(f"not {BOUGHT.format(more='')}", {})
    if not_since is not None:
        none_since = {"not_bought_since": _start(not_since)}
        yield Condition(f"not {BOUGHT.format(more=NOT_SINCE)}", none_since)
    if filter.bought_at:
        places = _among(AT, "place", [str(each) for each in filter.bought_at])
        more = places.sql + (SINCE if since else "")
        days = {"bought_since": _start(since)} if since else {}
        yield Condition(BOUGHT.format(more=more), {**places.values, **days})
    elif since is not None:
        yield Condition(BOUGHT.format(more=SINCE), {"bought_since": _start(since)})
    elif not_since is not None:
        yield Condition(BOUGHT.format(more=""), {})


def _among(sql: str, name: str, words: Sequence[str]) -> Condition:
    """Ask for one of some words; a statement is the same for as many of them."""
    values = {f"{name}_{number}": str(word) for number, word in enumerate(words)}
    return Condition(sql.format(places=", ".join(f":{each}" for each in values)), values)


def _start(day: date) -> int:
    return to_microseconds(datetime.combine(day, time(), UTC))
