"""Long lists of words in statements of one length, so that none is put together anew."""

from collections.abc import Iterator, Mapping, Sequence

from watchword.foundation.storage.transactions import Value


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
