"""What the operator sets once: one TOML file, and variables that go before it.

    [web]
    port = 8080

is the same as `WATCHWORD_WEB__PORT=8080`. Whatever is misspelt, missing or beyond a ceiling is
refused at the start, with the place where it stands.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from watchword.foundation.secret import Secret
from watchword.settings.faults import FINDERS
from watchword.settings.meanings import (
    fence,
    keeping,
    limits,
    paces,
    place_of,
    plans,
    policies,
    prices,
    routes,
)
from watchword.settings.sections import (
    CoreSettings,
    DatabaseSettings,
    KeyringSettings,
    LogSettings,
    ProviderSettings,
    SandboxSettings,
    Settings,
    SettingsWrong,
    WebhookSettings,
    WebSettings,
)

__all__ = [
    "FILE",
    "CoreSettings",
    "DatabaseSettings",
    "KeyringSettings",
    "LogSettings",
    "ProviderSettings",
    "SandboxSettings",
    "Settings",
    "SettingsWrong",
    "WebSettings",
    "WebhookSettings",
    "fence",
    "keeping",
    "limits",
    "load",
    "paces",
    "parse",
    "place_of",
    "plans",
    "policies",
    "prices",
    "routes",
]

PREFIX, DEEPER = "WATCHWORD_", "__"
OF_A_NAME = {"providers": ProviderSettings, "cores": CoreSettings}
"""Sections of which each has a name. Of these, a fault itself says `$.providers[...]`."""
FILE = "watchword.toml"


def load(path: Path | None, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; raise `SettingsWrong` with all that is needed to mend them."""
    written: dict[str, Any] = {}
    named = path or environment.get("WATCHWORD_SETTINGS")
    place = Path(named or FILE)
    if named or place.exists():
        try:
            written = tomllib.loads(place.read_text(encoding="utf-8"))
        except (OSError, UnicodeError, tomllib.TOMLDecodeError) as fault:
            raise SettingsWrong(f"The settings in {place} cannot be read: {fault}") from None
    for name, value in environment.items():
        if name.startswith(PREFIX) and DEEPER in name:
            _put(written, name, value)
    return parse(written)


def parse(written: Mapping[str, Any]) -> Settings:
    try:
        settings = msgspec.convert(written, Settings, strict=False, dec_hook=_secret)
    except msgspec.ValidationError as fault:
        raise SettingsWrong(f"The settings are not right: {_placed(fault, written)}") from None
    for find in FINDERS:
        if faults := find(settings):
            raise SettingsWrong("The settings are not right: " + " ".join(faults))
    return settings


def _put(written: dict[str, Any], variable: str, value: str) -> None:
    *sections, name = variable.removeprefix(PREFIX).lower().split(DEEPER)
    for section in sections:
        written = written.setdefault(section, {})
        if not isinstance(written, dict):
            raise SettingsWrong(f"{variable} is not right: {section} is a value, and no section.")
    written[name] = value


def _placed(fault: msgspec.ValidationError, written: Mapping[str, Any]) -> str:
    """Say which provider or which core is meant."""
    for section, kinds in OF_A_NAME.items():
        place = f"$.{section}[...]"
        for name, one in written.get(section, {}).items() if place in str(fault) else ():
            try:
                msgspec.convert(one, kinds, strict=False, dec_hook=_secret)
            except msgspec.ValidationError:
                return str(fault).replace(place, f"$.{section}.{name}")
    return str(fault)


def _secret(kind: type, value: object) -> object:
    if kind is Secret and isinstance(value, str):
        return Secret(value)
    raise ValueError(f"Expected text for {kind.__name__}")
