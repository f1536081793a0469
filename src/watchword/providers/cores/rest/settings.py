"""How a core that speaks JSON is set up, and where its description comes from."""

import base64
import re
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from watchword.foundation.errors import WatchwordError
from watchword.foundation.secret import Secret
from watchword.providers.channels.network import check_url
from watchword.providers.cores.belonging import Belonging
from watchword.providers.cores.rest.description import Description
from watchword.providers.cores.schemes import Scheme

HEADER_NAME: Final = re.compile(r"[A-Za-z0-9_-]+")
TABLE: Final = re.compile(r"[A-Za-z0-9_]+")
PIN_TABLE: Final = "PIN_TABLE"
"""Stands in a preset for the name that the operator gives."""


class RestSettings(
    Belonging,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="rest",
):
    base_url: str
    preset: Literal["fineract"] | None = None
    """A description that comes along,"""
    mapping: str | None = None
    """or the file of one (TOML)."""
    pin_table: str = "watchword_pins"
    """The data table of a preset that keeps PINs in one."""
    user: str | None = None
    password: Secret | None = None
    headers: dict[str, Secret] = msgspec.field(default_factory=dict)
    allow_clear: bool = False
    ca_file: str | None = None
    scheme: Scheme = Scheme.CLEAR
    pin_lengths: tuple[int, int] = (4, 12)
    reserved_pins: tuple[str, ...] = ()
    pins_are_per_person: bool = False
    timeout_seconds: float = 5.0

    def __post_init__(self) -> None:
        Belonging.__post_init__(self)
        check_url("base_url", self.base_url, allow_clear=self.allow_clear)
        if self.base_url.endswith("/"):
            raise ValueError("`base_url` has no slash at its end.")
        if (self.preset is None) == (self.mapping is None):
            raise ValueError("Give either `preset` or `mapping`.")
        if (self.user is None) != (self.password is None):
            raise ValueError("`user` and `password` are given together or not at all.")
        if not TABLE.fullmatch(self.pin_table):
            raise ValueError("`pin_table` has letters, digits and _.")
        for name, value in self.headers.items():
            if not HEADER_NAME.fullmatch(name) or not value.reveal().isprintable():
                raise ValueError("`headers` has a name or a value that no header can have.")


class DescriptionWrong(WatchwordError):
    """A description of a core cannot be used; the message says where and why."""


def description(settings: RestSettings) -> Description:
    place = settings.mapping or f"{settings.preset}.toml"
    try:
        if settings.mapping is None:
            text = files(__package__).joinpath(place).read_text("utf-8")
        else:
            text = Path(settings.mapping).read_text("utf-8")
        written: dict[str, Any] = tomllib.loads(text.replace(PIN_TABLE, settings.pin_table))
        return msgspec.convert(written, Description)
    except (OSError, UnicodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as fault:
        raise DescriptionWrong(f"The core that {place} describes is not right: {fault}") from None


def headers_of(settings: RestSettings) -> dict[str, str]:
    found = {name: value.reveal() for name, value in settings.headers.items()}
    if settings.user is not None and settings.password is not None:
        both = f"{settings.user}:{settings.password.reveal()}".encode()
        found["Authorization"] = f"Basic {base64.b64encode(both).decode()}"
    return found
