"""Shapes of requests with placeholders such as {to}, of which only whole known names count."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")


def names_in(shape: object) -> Iterator[str]:
    """Name the placeholders in all the texts of a shape of tables and lists."""
    for leaf in leaves_of(shape):
        if isinstance(leaf, str):
            yield from PLACEHOLDER.findall(leaf)


def leaves_of(shape: object) -> Iterator[object]:
    if isinstance(shape, Mapping | list):
        for part in shape.values() if isinstance(shape, Mapping) else shape:
            yield from leaves_of(part)
    else:
        yield shape


def fill(shape: object, words: Mapping[str, str]) -> object:
    """Put words in place of placeholders. What was put in is not looked at again."""
    if isinstance(shape, str):
        return PLACEHOLDER.sub(lambda found: words[found[1]], shape)
    if isinstance(shape, Mapping):
        return {name: fill(part, words) for name, part in shape.items()}
    if isinstance(shape, list):
        return [fill(part, words) for part in shape]
    return shape
