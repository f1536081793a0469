"""Many at once, as PostgreSQL takes them best: in one statement, with a list for each value.

Row by row it would work as long at each statement as at its row.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from watchword.foundation.storage.sql import numbered

_INSERT = re.compile(
    r"""
      \s* (?P<into> insert \s+ into \b .*? ) \s values \s* \( (?P<values> .* ) \)
      \s* (?P<unless> on \s+ conflict \b .* )?
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_ONE_BY_ONE = re.compile(r"\bdo\s+update\b|\breturning\b", re.IGNORECASE)
"""Of two rows that change one, a single statement would refuse the second."""

EACH = """
    select found.* from unnest(:each::{kind}[]) as word (said)
    cross join lateral ({asked} offset 0) found
"""
"""The `offset` keeps the planner from turning this into a join. It would read whole tables for one
as long as it does not know how large they are; so each word is looked up by itself."""


@dataclass(frozen=True, slots=True)
class Insert:
    """An insert of many rows, written with `given.v1` and so on where the values go."""

    into: str
    values: str
    unless: str

    def text(self, kinds: Sequence[str]) -> str:
        """Write it for values of some kinds, as the database calls them."""
        lists = ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(kinds, 1))
        names = ", ".join(f"v{number}" for number in range(1, len(kinds) + 1))
        given = f"unnest({lists}) as given ({names})"
        return f"{self.into} select {self.values} from {given} {self.unless}"  # noqa: S608 - a store has written it


@lru_cache(maxsize=1000)
def as_one_insert(sql: str) -> Insert | None:
    """Read a statement that adds one row; nothing, if many cannot come by one statement."""
    read = _INSERT.fullmatch(numbered(sql, "given.v"))
    if read is None or _ONE_BY_ONE.search(sql):
        return None
    return Insert(read["into"], read["values"], read["unless"] or "")


@lru_cache(maxsize=1000)
def asked_of_each(sql: str, kind: str) -> str:
    """Let a statement about `:each` be asked of a list of words."""
    return EACH.format(kind=kind, asked=sql.replace(":each", "word.said"))
