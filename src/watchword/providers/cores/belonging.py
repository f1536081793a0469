"""Whose a core is: what the settings of every kind have in common."""

import re
from typing import Final

import msgspec

SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


class Belonging(msgspec.Struct, frozen=True, kw_only=True):
    organisations: tuple[str, ...] = ()
    """The short names of those whose members it has. Nobody else can name it; by itself, nobody."""

    def __post_init__(self) -> None:
        if not all(SLUG.fullmatch(each) for each in self.organisations):
            raise ValueError("`organisations` are short names, as in the address of a console.")
