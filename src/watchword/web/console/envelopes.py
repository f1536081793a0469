"""Files that a page sends, read as they come: a form in parts (RFC 7578), of which the last is one.

The file is never whole in memory. What comes before it is small, or it is no form of ours.
"""

import re
from collections.abc import AsyncIterator
from email.message import Message

from litestar.exceptions import InternalServerException

from watchword.web.console.forms import Form, NoForm
from watchword.web.html.pages import AnyRequest

KIND = "multipart/form-data"
HEAD_AT_MOST = 4096
FIELDS_AT_MOST = 10
FILE_NAME_AT_MOST = 100
BLANK, LINE = b"\r\n\r\n", b"\r\n"
NAME = re.compile(r"[a-z_]{1,32}")


class Envelope:
    """A form with a file. Read the fields first, then the content of the file."""

    def __init__(self, request: AnyRequest) -> None:
        kind, options = request.content_type
        boundary = options.get("boundary", "")
        if kind != KIND or not 1 <= len(boundary) <= 70:  # noqa: PLR2004 - RFC 2046
            raise NoForm
        self._mark = LINE + b"--" + boundary.encode()
        self._stream = request.stream().__aiter__()
        self.called = ""
        """What the file is called where it comes from, once its fields are read."""
        self._read = bytearray(LINE)  # so that the first mark is like the others

    async def fields(self) -> Form:
        """Give the fields that come before the file."""
        pairs = list[tuple[str, str]]()
        await self._until(self._mark)
        while len(pairs) <= FIELDS_AT_MOST:
            name, called = _said_in(await self._until(BLANK))
            if called is not None:
                self.called = called
                return Form(pairs)
            content = await self._until(self._mark)
            try:
                pairs.append((name, content.decode()))
            except UnicodeDecodeError:
                raise NoForm from None
        raise NoForm

    async def content(self) -> AsyncIterator[bytes]:
        """Give the file piece by piece; raise `NoForm` if it breaks off."""
        keep = len(self._mark)
        while True:
            end = self._read.find(self._mark)
            if end >= 0:
                yield bytes(self._read[:end])
                await self._drain()
                return
            if len(self._read) > keep:
                piece = bytes(self._read[:-keep])
                del self._read[:-keep]
                yield piece
            await self._more()

    async def _until(self, mark: bytes) -> bytes:
        while (end := self._read.find(mark)) < 0:
            if len(self._read) > HEAD_AT_MOST:
                raise NoForm
            await self._more()
        found = bytes(self._read[:end])
        del self._read[: end + len(mark)]
        return found

    async def _more(self) -> None:
        try:
            self._read += await anext(self._stream)
        except (StopAsyncIteration, InternalServerException):
            # Whoever sent it has gone, which is no fault of ours.
            raise NoForm from None

    async def _drain(self) -> None:
        """Read what comes behind the file, which is next to nothing."""
        async for _ in self._stream:
            continue


def _said_in(head: bytes) -> tuple[str, str | None]:
    """Read what a part is called, and if it is a file, what that is called."""
    said = Message()
    for line in head.decode("utf-8", "replace").split("\r\n"):
        name, _, value = line.partition(":")
        if name.strip().lower() == "content-disposition":
            said["content-disposition"] = value.strip()
    called = said.get_param("name", "", "content-disposition")
    if not isinstance(called, str) or not NAME.fullmatch(called):
        raise NoForm
    file = said.get_param("filename", None, "content-disposition")
    return called, None if file is None else _name_of(file)


def _name_of(file: object) -> str:
    """Give the name of a file without its folders, as far as people can read it."""
    name = str(file).replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in name if letter.isprintable())[:FILE_NAME_AT_MOST]
