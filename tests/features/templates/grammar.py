"""A judge of last lines: the parser of origin-bound one-time codes, as WICG describes it.

It shares nothing with what writes them. The draft is followed step by step, and it is strict where
the draft is not: what the draft lets be and ignores at the end of the line is an error here.
"""

from dataclasses import dataclass, field

WHITESPACE = "\t\n\f\r "


@dataclass(frozen=True)
class Bound:
    """A code, and where it may be filled in."""

    host: str
    code: str
    frame: str | None


@dataclass
class _Line:
    text: str
    position: int = field(default=0)

    @property
    def is_over(self) -> bool:
        return self.position >= len(self.text)

    def take(self, wanted: str) -> bool:
        if self.is_over or self.text[self.position] != wanted:
            return False
        self.position += 1
        return True

    def take_token(self, marker: str) -> str | None:
        if not self.take(marker):
            return None
        start = self.position
        while not self.is_over and self.text[self.position] not in WHITESPACE:
            self.position += 1
        return self.text[start : self.position] or None


def parse(message: str) -> Bound | None:
    line = _Line(message.replace("\r\n", "\n").replace("\r", "\n").split("\n")[-1])
    host = line.take_token("@")
    if host is None or not line.take(" "):
        return None
    code = line.take_token("#")
    if code is None:
        return None
    if line.is_over:
        return Bound(host, code, None)
    frame = line.take_token("@") if line.take(" ") else None
    return Bound(host, code, frame) if frame is not None and line.is_over else None
