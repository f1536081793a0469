"""What the doctor looks at of the telephone: what a voice is made with, and who may ask."""

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from watchword.cli.findings import Finding, ok, warning, wrong
from watchword.foundation.networks import all_read
from watchword.providers.channels.network import is_loopback
from watchword.settings import Settings, place_of
from watchword.settings.sections import FastAgiSettings

VOICE = ("espeak-ng", "sox")
WIDE = {4: 8, 6: 16}
"""A network with fewer bits than these is more than one house has."""


def check_telephone(
    settings: Settings, which: Callable[[str], str | None] = shutil.which
) -> Sequence[Finding]:
    """Look at what platforms need of us: an Asterisk, Twilio, or one that speaks VoiceXML."""
    return [*_check_fastagi(settings, which), *_check_twiml(settings), *_check_voicexml(settings)]


def _check_fastagi(settings: Settings, which: Callable[[str], str | None]) -> Sequence[Finding]:
    chosen = settings.telephone.fastagi
    place = None if chosen.listen is None else place_of(chosen.listen)
    if place is None:
        return [ok("fastagi", "No Asterisk asks here. To let one: set telephone.fastagi.listen")]
    return [
        _check_place(place[0], chosen.listen or ""),
        _check_networks(place[0], chosen),
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


def _check_networks(host: str, chosen: FastAgiSettings) -> Finding:
    """FastAGI has no password, so that the list of networks is all that keeps strangers out. It is
    read as the server reads it: one of IPv4 that is written as one of IPv6 is one of IPv4."""
    networks = all_read(chosen.networks) or ()
    wide = [str(each) for each in networks if each.prefixlen < WIDE[each.version]]
    if wide:
        return wrong(
            "fastagi networks",
            f"Whoever is in {', '.join(wide)} is believed to be an Asterisk",
            "Name the machines that ask, in telephone.fastagi.networks: such as 192.0.2.7/32.",
        )
    if not is_loopback(host) and all(each.is_loopback for each in networks):
        return warning(
            "fastagi networks",
            f"We listen at {host}, and only this machine may ask",
            "Name the Asterisk in telephone.fastagi.networks, or listen at 127.0.0.1.",
        )
    return ok("fastagi networks", f"These may ask: {', '.join(map(str, networks))}")


def _check_twiml(settings: Settings) -> Sequence[Finding]:
    """Twilio comes to the public address, and signs what it says over that very address."""
    slugs, url = sorted(settings.telephone.twiml.accounts), settings.web.public_url
    if not slugs:
        return []
    if is_loopback(urlsplit(url).hostname or ""):
        return [
            wrong(
                "twiml",
                f"Twilio cannot reach {url}, and it is to answer calls of {', '.join(slugs)}",
                "Set web.public_url to how the world reaches us: Twilio signs that address.",
            )
        ]
    if urlsplit(url).scheme != "https":
        return [
            wrong(
                "twiml",
                f"All that is typed travels to {url} in clear text",
                "Put a proxy with TLS in front, and set web.public_url to how it is reached.",
            )
        ]
    where = [f"{url}/telephone/twiml/{slug}" for slug in slugs]
    return [ok("twiml", f"Set in Twilio as where a call comes in: {', '.join(where)}")]


def _check_voicexml(settings: Settings) -> Sequence[Finding]:
    slugs, url = sorted(settings.telephone.voicexml.passwords), settings.web.public_url
    if not slugs:
        return []
    parts = urlsplit(url)
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        return [
            wrong(
                "voicexml",
                f"Passwords and all that is typed travel to {url} in clear text",
                "Put a proxy with TLS in front, and set web.public_url to how it is reached.",
            )
        ]
    where = [f"{url}/telephone/voicexml/{slug}" for slug in slugs]
    return [ok("voicexml", f"A platform begins at: {', '.join(where)}")]


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
