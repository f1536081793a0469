"""What the doctor looks at of the telephone: what a voice is made with, and who may ask."""

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from watchword.cli.findings import Finding, ok, warning, wrong
from watchword.providers.channels.network import is_loopback
from watchword.settings import Settings, place_of

VOICE = ("espeak-ng", "sox")


def check_telephone(
    settings: Settings, which: Callable[[str], str | None] = shutil.which
) -> Sequence[Finding]:
    """Look at what an Asterisk needs of us, if one may ask."""
    chosen = settings.telephone.fastagi
    place = None if chosen.listen is None else place_of(chosen.listen)
    if place is None:
        return [ok("fastagi", "No Asterisk asks here. To let one: set telephone.fastagi.listen")]
    return [
        _check_place(place[0], chosen.listen or ""),
        _check_voice(which),
        _check_sounds(Path(chosen.sounds or "")),
    ]


def _check_place(host: str, listen: str) -> Finding:
    if is_loopback(host):
        return ok("fastagi", f"An Asterisk of this machine asks at {listen}")
    return warning(
        "fastagi",
        f"An Asterisk asks at {listen}, and all that is typed travels there in clear text",
        "Listen at 127.0.0.1, and let it come through a tunnel.",
    )


def _check_voice(which: Callable[[str], str | None]) -> Finding:
    missing = [program for program in VOICE if which(program) is None]
    if not missing:
        return ok("voice", f"{' and '.join(VOICE)} are here")
    return wrong(
        "voice",
        f"Nothing can be said: {' and '.join(missing)} not found",
        f"Install them: apt-get install {' '.join(missing)}",
    )


def _check_sounds(folder: Path) -> Finding:
    if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
        return ok("sounds", f"They are kept in {folder}")
    return wrong(
        "sounds",
        f"{folder} is no folder that we may write to",
        "Make it, and let Watchword write there and Asterisk read.",
    )
