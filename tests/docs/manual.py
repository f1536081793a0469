"""The manual as its checks look at it: pages, their headings, tables, links and examples."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
NOT_OURS = {"build", "dist", "node_modules"}

FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6} +(?P<title>.+?) *$", re.MULTILINE)
LINK = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]\((?P<target>[^()\s]+)\)")
MARKED = re.compile(r"`([^`\n]+)`")
UNSPOKEN = re.compile(r"[^\w\- ]")


@dataclass(frozen=True)
class Block:
    """An example in a page. `language` is what stands behind its first mark."""

    language: str
    text: str


@dataclass(frozen=True, repr=False)
class Page:
    """A page, or what a test passes off as one. `path` says where its links start."""

    path: Path
    text: str

    def __repr__(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def blocks(self) -> list[Block]:
        return [Block(found["language"], found["text"]) for found in FENCE.finditer(self.text)]

    @cached_property
    def words(self) -> str:
        """Everything but the examples."""
        return FENCE.sub("", self.text)

    @property
    def links(self) -> Iterator[str]:
        yield from (found["target"] for found in LINK.finditer(self.words))

    @property
    def anchors(self) -> Iterator[str]:
        seen: dict[str, int] = {}
        for found in HEADING.finditer(self.words):
            anchor = UNSPOKEN.sub("", found["title"].lower()).replace(" ", "-")
            again = seen[anchor] = seen.get(anchor, -1) + 1
            yield f"{anchor}-{again}" if again else anchor

    def section(self, title: str) -> "Page":
        """Give what stands below a heading, up to the next of the same height or a greater one."""
        start = re.search(rf"^(?P<marks>#+) {re.escape(title)}$", self.text, re.MULTILINE)
        assert start is not None, f"{self!r} has no heading {title}"
        rest = self.text[start.end() :]
        end = re.search(rf"^#{{1,{len(start['marks'])}}} ", rest, re.MULTILINE)
        return Page(self.path, rest[: end.start()] if end else rest)

    def sections(self, marks: str) -> Iterator[tuple[str, "Page"]]:
        """Give each section with its title, of headings that are so high."""
        parts = re.split(rf"^{marks} (.+)$", self.text, flags=re.MULTILINE)[1:]
        for title, text in zip(parts[::2], parts[1::2], strict=True):
            yield title, Page(self.path, re.split(r"^#{1,6} ", text, flags=re.MULTILINE)[0])

    @property
    def rows(self) -> Iterator[list[str]]:
        """Give the cells of each row of each table, without heads."""
        lines = self.words.splitlines()
        for before, line in zip(["", *lines], lines, strict=False):
            is_row = line.startswith("|") and before.startswith("|")
            if is_row and not line.startswith("| ---"):
                yield [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]

    @property
    def named(self) -> list[str]:
        """Give what is marked as code in the first cell of each row."""
        return [name for row in self.rows for name in MARKED.findall(row[0])]


def page(path: str) -> Page:
    return Page(DOCS / path, (DOCS / path).read_text("utf-8"))


def passed_off(text: str, path: str = "reference/any.md") -> Page:
    """Take a text for a page of the manual, to see whether a check finds what is wrong in it."""
    return Page(DOCS / path, text)


def faults(rule: Callable[[Page], Iterable[str]], pages: Iterable[Page]) -> dict[str, list[str]]:
    """Give what a rule finds wrong, by page."""
    return {repr(one): found for one in pages if (found := [*rule(one)])}


@cache
def all_pages() -> tuple[Page, ...]:
    """Give every page of the repository, the manual among them."""
    paths = [
        path
        for path in sorted(ROOT.rglob("*.md"))
        if not any(part in NOT_OURS or part[0] == "." for part in path.relative_to(ROOT).parts)
    ]
    return tuple(Page(path, path.read_text("utf-8")) for path in paths)


def for_users() -> list[Page]:
    """Give the pages that are written for users and for those who work on the product."""
    folders = (DOCS, ROOT / "changes")
    return [
        one for one in all_pages() if one.path.parent == ROOT or {*one.path.parents} & {*folders}
    ]
