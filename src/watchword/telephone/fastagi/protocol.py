"""The lines of AGI: what Asterisk tells of a call, our commands, and its replies to them.

After https://docs.asterisk.org (AGI commands) and what Asterisk 16 and 22 were seen to say. A reply
may hold digits: it prints none of them.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from watchword.foundation.errors import WatchwordError
from watchword.foundation.secret import Secret

LINE_AT_MOST = 4096
LINES_AT_MOST = 120
"""Of what is told about a call at its beginning; Asterisk has about thirty."""
REPLY = re.compile(r"(?P<code>[0-9]{3})[ -](?:result=(?P<result>[^ (]*)(?: \((?P<data>.*)\))?)?.*")
VARIABLE = re.compile(r"agi_(?P<name>[a-z0-9_]{1,40}): ?(?P<value>.*)")
DEAD = 511
"""A command on a channel that is no more."""
HANGUP = "HANGUP"
"""Told in the middle of everything, when the caller has hung up."""
ESCAPED = str.maketrans({"\\": r"\\", '"': r"\"", "\n": " ", "\r": " ", "\0": " "})


class NotAgi(WatchwordError):
    """What came was no AGI, or too much of it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a command was answered. `data` is what stands in brackets: `timeout`, for one."""

    code: int
    result: Secret = field(repr=False)
    data: str = ""

    @property
    def is_dead(self) -> bool:
        """Say whether the caller is gone."""
        return self.code == DEAD or self.result == Secret("-1")


def read_reply(line: str) -> Reply:
    found = REPLY.fullmatch(line)
    if found is None:
        raise NotAgi("A reply was none.")
    return Reply(int(found["code"]), Secret(found["result"] or ""), found["data"] or "")


def read_variables(lines: Iterable[str]) -> Mapping[str, str]:
    """Read what is told of a call: `agi_callerid: …` and the like, each by its name."""
    found = dict[str, str]()
    for line in lines:
        variable = VARIABLE.fullmatch(line)
        if variable is not None:
            found[variable["name"]] = variable["value"]
    if "network_script" not in found and "request" not in found:
        raise NotAgi("A call did not say what it wants.")
    return found


def command(name: str, *arguments: str | int) -> bytes:
    """Write a command. What stands in an argument ends neither the argument nor the line."""
    words = [name, *(f'"{str(each).translate(ESCAPED)}"' for each in arguments)]
    return f"{' '.join(words)}\n".encode()
