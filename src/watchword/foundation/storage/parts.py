"""Long lists of words in statements of one length, so that none is put together anew."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from watchword.foundation.storage.transactions import Row, Transaction, Value


def in_parts(words: Sequence[Value], at_once: int) -> Iterator[Mapping[str, Value]]:
    """Give `:of_0`, `:of_1` and so on, as often as it takes. What is missing in the last part is
    filled up with its last word, so whoever reads drops what comes twice."""
    for start in range(0, len(words), at_once):
        some = words[start : start + at_once]
        filled = [*some, *[some[-1]] * (at_once - len(some))]
        yield {f"of_{number}": word for number, word in enumerate(filled)}


def places(at_once: int) -> str:
    """Give the places of one part, as they stand behind `in`."""
    return ", ".join(f":of_{number}" for number in range(at_once))


@dataclass(frozen=True, slots=True)
class Listing:
    """A statement about one word, and the same about a part: most who ask know of only one, and a
    list that is filled up takes a database as long as one that is full."""

    of_one: str
    of_many: str
    at_once: int

    @classmethod
    def of(cls, statement: str, at_once: int) -> Self:
        """Let a statement that is written with `in (:of_0)` be about many words, too."""
        return cls(statement, statement.replace(":of_0", places(at_once)), at_once)

    def parts(self, words: Sequence[Value]) -> Iterator[tuple[str, Mapping[str, Value]]]:
        """Give what is to be asked, with its words."""
        if len(words) == 1:
            yield self.of_one, {"of_0": words[0]}
            return
        for named in in_parts(words, self.at_once):
            yield self.of_many, named

    async def all(
        self, transaction: Transaction, words: Sequence[Value], /, **named: Value
    ) -> Sequence[Row]:
        """Ask about all the words; `named` is what is the same for each. Rows may come twice."""
        found = list[Row]()
        for sql, part in self.parts(words):
            found += await transaction.all(sql, **named, **part)
        return found
