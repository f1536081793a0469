"""A page as a strict reader sees it: elements, addresses, words, and what is wrong with them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

EMPTY = {"meta", "link", "input", "br", "hr", "img", "path"}  # elements without an end
ADDRESSES = ("href", "src", "action")


@dataclass
class Element:
    name: str
    attributes: dict[str, str]
    words: str = ""
    """Everything between its start and its end, without the marks."""


@dataclass
class Reading:
    elements: list[Element] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def all(self, name: str) -> list[Element]:
        return [element for element in self.elements if element.name == name]

    def with_class(self, name: str) -> list[Element]:
        return [each for each in self.elements if name in each.attributes.get("class", "").split()]

    def one(self, name: str) -> Element:
        [element] = self.all(name)
        return element

    def ids(self) -> list[str]:
        return [each.attributes["id"] for each in self.elements if "id" in each.attributes]

    def addresses(self) -> Iterator[str]:
        for element in self.elements:
            yield from (
                element.attributes[name] for name in ADDRESSES if name in element.attributes
            )

    @property
    def words(self) -> str:
        return " ".join(self.one("html").words.split())


def read(text: str) -> Reading:
    parser = _Parser()
    parser.feed(text)
    parser.close()
    parser.found.faults += [f"<{element.name}> is never closed" for element in parser.open]
    return parser.found


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = Reading()
        self.open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len(dict(attrs)) < len(attrs):
            self.found.faults.append(f"<{tag}> says something twice")
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.found.elements.append(element)
        if tag not in EMPTY:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in EMPTY:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1].name != tag:
            self.found.faults.append(f"</{tag}> closes what is not open")
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.words += data
