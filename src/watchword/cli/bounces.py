"""`watchword bounces`: hear of mail that came back.

$ watchword bounces read --maildir /var/mail/bounces
Of 3 e-mails, 2 are bounces of ours, and 1 of those says something new.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from msgspec import Struct

from watchword.cli.office import Office
from watchword.cli.printing import TRY_LATER, AsJson, leave, show
from watchword.cli.running import run
from watchword.features.delivery.receipts import Report
from watchword.features.delivery.rules import ProviderName
from watchword.foundation.errors import WatchwordError
from watchword.providers.channels.email.bounces import LONGEST_BOUNCE, read_bounce
from watchword.providers.channels.email.return_paths import ReturnPaths
from watchword.providers.channels.email.smtp import SmtpSettings
from watchword.settings import Settings

AT_ONCE = 100
CHUNK = 64 * 1024
SEEN, NOT_SEEN = ":2,S", ":2,"
"""How a Maildir says of a mail that nobody need look at it any more, or that somebody may."""

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Hear of mail that came back."""


class TallyView(Struct, frozen=True):
    """How many were read, how many of them are bounces of ours, and how many of those are news."""

    read: int
    bounces: int
    news: int


@dataclass(frozen=True, slots=True)
class _Letter:
    """A mail that was read, where it lies, and what it reports and of whose message."""

    path: Path | None
    provider: ProviderName | None
    report: Report | None


@app.command("read")
def read(
    context: typer.Context,
    *,
    maildir: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Read what is new in a Maildir, instead of one mail from stdin."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read mail that came back, and note which messages have failed.

    A mail server can call this for each mail, and try again later if it ends with 75.
    """
    try:
        tally = run(_read(context.obj, maildir))
    except WatchwordError as fault:
        # Whatever is wrong here: once it is mended, the mail is still worth reading.
        leave(str(fault), TRY_LATER)
    except OSError as fault:
        leave(f"The mail cannot be read or put away: {fault.strerror}.", TRY_LATER)
    show(tally, _say(tally), as_json=as_json)


async def _read(office: Office, maildir: Path | None) -> TallyView:
    ways = _ways_back(office.settings())
    if maildir is None:
        letters = [_letter(None, _take(typer.get_binary_stream("stdin")), ways)]
    else:
        letters = [_letter(path, _open(path), ways) for path in _new_in(maildir)]
    news = await _tell(office, [letter for letter in letters if letter.report])
    for letter in letters:
        _put_away(letter)
    return TallyView(len(letters), sum(letter.report is not None for letter in letters), news)


def _ways_back(settings: Settings) -> Sequence[ReturnPaths]:
    chosen = {
        ProviderName(name): provider
        for name, provider in settings.providers.items()
        if isinstance(provider, SmtpSettings)
    }
    ways = [ways for name, one in chosen.items() if (ways := one.return_paths(name))]
    if not ways:
        leave(
            "No provider has a bounce_address, so no bounce can be told from other mail. "
            "Set it, with bounce_secret, under [providers.…] of your mail server.",
            TRY_LATER,
        )
    return ways


def _letter(path: Path | None, content: bytes, ways: Sequence[ReturnPaths]) -> _Letter:
    for way in ways:
        if report := read_bounce(content, way):
            return _Letter(path, way.provider, report)
    return _Letter(path, None, None)


def _take(stream: BinaryIO) -> bytes:
    """Read no more than a bounce may have, but to the end, so that no mail server is cut short."""
    content = stream.read(LONGEST_BOUNCE + 1)
    while stream.read(CHUNK):
        pass
    return content


def _open(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LONGEST_BOUNCE + 1)


def _new_in(maildir: Path) -> Sequence[Path]:
    new = maildir / "new"
    if not new.is_dir():
        raise typer.BadParameter(f"{maildir} is no Maildir: it has no folder new.")
    return sorted(path for path in new.iterdir() if path.is_file() and not path.is_symlink())


async def _tell(office: Office, letters: Sequence[_Letter]) -> int:
    """Pass reports on; count those that were news. Without any, no database is asked."""
    if not letters:
        return 0
    news = 0
    async with office.services() as services:
        for provider, reports in _by_provider(letters).items():
            rest = iter(reports)
            while batch := [*islice(rest, AT_ONCE)]:
                news += await services.deliveries.receive(provider, batch)
    return news


def _by_provider(letters: Sequence[_Letter]) -> Mapping[ProviderName, Sequence[Report]]:
    sorted_out: dict[ProviderName, list[Report]] = {}
    for letter in letters:
        if letter.provider is not None and letter.report is not None:
            sorted_out.setdefault(letter.provider, []).append(letter.report)
    return sorted_out


def _put_away(letter: _Letter) -> None:
    if letter.path is not None:
        flags = NOT_SEEN if letter.report is None else SEEN
        name = letter.path.name.partition(":")[0]
        cur = letter.path.parent.parent / "cur"
        cur.mkdir(exist_ok=True)
        letter.path.rename(cur / f"{name}{flags}")


def _say(tally: TallyView) -> str:
    mails = "1 e-mail" if tally.read == 1 else f"{tally.read} e-mails"
    are = "is a bounce" if tally.bounces == 1 else "are bounces"
    say = "says" if tally.news == 1 else "say"
    return (
        f"Of {mails}, {tally.bounces} {are} of ours, and {tally.news} of those {say} something new."
    )
