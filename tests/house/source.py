"""Source files as the rules of the house look at them.

A rule takes a file and says what is wrong with it. It is one test, whatever there is of files: of
many that would hardly do anything, each costs more than what it does.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]
HOUSE = ROOT / "src" / "watchword"


@dataclass(frozen=True, repr=False)
class Source:
    """A file and its text. Rules about floors take the path from `src/watchword/` on."""

    path: PurePosixPath
    text: str

    def __repr__(self) -> str:
        return str(self.path)

    @property
    def tree(self) -> ast.Module:
        return _parsed(self.text)

    @property
    def floor(self) -> str:
        return PurePosixPath(self.path.parts[0]).stem

    @property
    def feature(self) -> str | None:
        """The folder below `features/` that this file stands in."""
        parts = self.path.parts
        return parts[1] if parts[0] == "features" and len(parts) > len(("features", "x")) else None

    def imports(self) -> Iterator[list[str]]:
        """Give what is imported, in parts: `a.b.c` for `from a.b import c`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom):
                yield from ([*self._origin(node), alias.name] for alias in node.names)
            elif isinstance(node, ast.Import):
                yield from (alias.name.split(".") for alias in node.names)

    def own_imports(self) -> Iterator[list[str]]:
        """Give what is imported from this house, in parts after `watchword`."""
        return (parts[1:] for parts in self.imports() if parts[0] == "watchword" and parts[1:])

    def strings(self) -> Iterator[str]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
            elif isinstance(node, ast.Constant) and isinstance(node.value, bytes):
                yield node.value.decode("latin-1")

    def _origin(self, node: ast.ImportFrom) -> list[str]:
        module = node.module.split(".") if node.module else []
        if not node.level:
            return module
        here = ["watchword", *self.path.parts]
        return here[: len(here) - node.level] + module


Rule = Callable[[Source], Iterable[str]]


def faults(rule: Rule, files: list[Source]) -> dict[str, list[str]]:
    """Give what a rule finds wrong, by file."""
    return {str(file): found for file in files if (found := [*rule(file)])}


@cache
def _parsed(text: str) -> ast.Module:
    # Many rules look at one file, and more than once.
    return ast.parse(text)


def source(path: str, text: str) -> Source:
    return Source(PurePosixPath(path), text)


@cache
def of_the_house() -> list[Source]:
    """Give every file of the product, with its path from `src/watchword/` on."""
    return _below(HOUSE, HOUSE)


@cache
def of_everything() -> list[Source]:
    """Give every file of ours, with its path from the root on."""
    return [file for folder in ("src", "tests", "bench") for file in _below(ROOT / folder, ROOT)]


def _below(folder: Path, start: Path) -> list[Source]:
    return [
        Source(PurePosixPath(path.relative_to(start).as_posix()), path.read_text("utf-8"))
        for path in sorted(folder.rglob("*.py"))
    ]
