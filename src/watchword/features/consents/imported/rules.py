"""What a file may write into the book: what is new there, and nothing against what somebody said.

Nobody has said it to us: a file is what others remember. So it never stands above an opt-out, nor
above a no, nor above a line that is not older than itself.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from watchword.features.consents.rules import Latest, Scope, Standing
from watchword.features.imports.ports import Agreed

BETWEEN = timedelta(days=1)
"""By so much a consent must be younger than what it comes after: files say days, in any zone."""

Page: TypeAlias = tuple[bytes, Scope]
"""A contact point, by its digest, and what can be agreed to there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the book says by now of those who are asked about."""

    opted_out: Collection[bytes] = field(default=frozenset(), repr=False)
    declined: Collection[Page] = field(default=frozenset(), repr=False)
    """Who was asked, and has said no. It is not known when."""
    latest: Mapping[Page, Latest] = field(default_factory=dict, repr=False)


def page_of(agreed: Agreed) -> Page:
    return agreed.digest, Scope(agreed.way)


def to_be_written(agreed: Sequence[Agreed], known: Known) -> Iterator[tuple[Agreed, int]]:
    """Give what is new, with the number of its line; of one page of the book, one line."""
    written = set[Page]()
    for each in agreed:
        page = page_of(each)
        if page in written or page in known.declined or each.digest in known.opted_out:
            continue
        latest = known.latest.get(page)
        if latest is None or may_follow(latest, each.at):
            written.add(page)
            yield each, 1 if latest is None else latest.number + 1


def may_follow(latest: Latest, at: datetime) -> bool:
    """Say whether somebody may have agreed anew after the last line that the book has.

    If they agreed by it, there is nothing new. That is so, too, if they were forgotten since.
    """
    return latest.standing is Standing.WITHDRAWN and at - latest.created_at > BETWEEN
