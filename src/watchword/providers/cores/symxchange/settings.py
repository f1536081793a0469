"""How SymXchange is set up: by the descriptions (WSDL) of the very installation, from files."""

import stat
import tomllib
from enum import IntEnum
from pathlib import Path
from typing import Final

import msgspec

from watchword.foundation.errors import WatchwordError
from watchword.foundation.secret import Secret
from watchword.providers.channels.network import check_url
from watchword.providers.cores.belonging import Belonging

FIXED_TYPES: Final = range(100)
WHOSE_PIN_MATCHES: Final = 999
"""The first preference record whose PIN is the one that was typed."""
THE_FIRST: Final = 9999
"""The first preference record, whatever was typed."""
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class HashMode(IntEnum):
    """How Symitar keeps audio PINs, as its parameter counts."""

    CLEAR = 0
    MD5 = 1
    ADVANCED = 2


class SymxchangeSettings(
    Belonging,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="symxchange",
):
    account_wsdl: str
    """The description of the AccountService, as your installation gives it out."""
    find_wsdl: str | None = None
    """That of the FindByService. Without it, nobody is found by tax id or card."""
    account_url: str | None = None
    """Where it is reached, if that is not what the description says."""
    find_url: str | None = None
    credentials: str
    """A file that its owner alone may read: `password = "…"` of the administrative credentials."""
    device_type: str
    device_number: int
    hash_mode: HashMode = HashMode.CLEAR
    preference_type: int = WHOSE_PIN_MATCHES
    """Which preference record has the PIN: 0 to 99, 999 or 9999."""
    writes_change_date: bool = True
    """Also write when the PIN was changed, which SymXchange does not do by itself."""
    allow_clear: bool = False
    ca_file: str | None = None
    timeout_seconds: float = 8.0

    def __post_init__(self) -> None:
        Belonging.__post_init__(self)
        for name in ("account_url", "find_url"):
            if (url := getattr(self, name)) is not None:
                check_url(name, url, allow_clear=self.allow_clear)
        if self.preference_type not in {*FIXED_TYPES, WHOSE_PIN_MATCHES, THE_FIRST}:
            raise ValueError("`preference_type` is 0 to 99, 999 or 9999.")
        if not self.device_type:
            raise ValueError("`device_type` names this system, as it was set up on Symitar.")


class CredentialsMissing(WatchwordError):
    """There is no file of credentials that may be used; the message says what to do."""


class _Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    password: Secret


def read_password(path: Path) -> Secret:
    try:
        mode, text = path.stat().st_mode, path.read_text("utf-8")
    except (OSError, UnicodeError):
        raise CredentialsMissing(f"The credentials in {path} cannot be read.") from None
    if mode & OTHERS:
        raise CredentialsMissing(f"Others may read {path}. Close it: chmod 600 {path}")
    try:
        return msgspec.convert(tomllib.loads(text), _Written, dec_hook=_secret).password
    except (tomllib.TOMLDecodeError, msgspec.ValidationError):
        raise CredentialsMissing(f'{path} has one line: password = "…"') from None


def _secret(kind: type, value: object) -> object:
    if kind is Secret and isinstance(value, str):
        return Secret(value)
    raise ValueError("Expected text")
