"""What settings mean: the values that the parts of the house are made with."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from watchword.features.challenges.policies import Policy, Purpose, default_policy
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.routes import FOLDER, Routes
from watchword.features.delivery.rules import ProviderName
from watchword.features.limits.rules import DAY, HOUR, MONTH, Cap, Limits
from watchword.features.prices.reading import BadPrices, read
from watchword.features.prices.rules import PriceList
from watchword.features.privacy.keeping import Chosen
from watchword.features.routing.rules import Plan
from watchword.providers.webhooks.addresses import Fence
from watchword.settings.sections import PurposeSettings, Settings, SettingsWrong

PLACE = re.compile(r"(?P<host>[A-Za-z0-9.\-]+|\[[0-9a-fA-F:.]+\]):(?P<port>[0-9]{1,5})")
PORT_AT_MOST = 65535


def policies(settings: Settings) -> Mapping[Purpose, Policy]:
    return {purpose: policy(purpose, settings.purposes.get(purpose)) for purpose in Purpose}


def plans(settings: Settings) -> Mapping[str, Plan]:
    """Give the plans that the operator has declared for all organisations."""
    return {
        purpose: Plan(chosen.plan)
        for purpose, chosen in settings.purposes.items()
        if chosen.plan is not None
    }


def prices(settings: Settings) -> PriceList | None:
    """Read what messages cost, if it is known."""
    chosen, table = settings.prices, ""
    if not chosen.has_any:
        return None
    if chosen.file is not None:
        try:
            table = Path(chosen.file).read_text(encoding="utf-8")
        except (OSError, UnicodeError) as fault:
            raise SettingsWrong(f"The prices in {chosen.file} cannot be read: {fault}") from None
    found = read(chosen.currency, chosen.rows, table.splitlines())
    if isinstance(found, BadPrices):
        raise SettingsWrong("The prices are not right: " + " ".join(found.faults))
    return found


def keeping(settings: Settings) -> Chosen:
    """Give for how long the operator wants things kept."""
    chosen = settings.retention
    return Chosen(
        deliveries=chosen.deliveries_days,
        addresses=chosen.addresses_days,
        evidence=chosen.evidence_days,
        traces=settings.abuse.keep_days,
    )


def fence(settings: Settings) -> Fence:
    """Give how far webhooks may go."""
    chosen = settings.webhooks
    return Fence(
        allow_loopback=chosen.allow_loopback,
        ports=tuple(chosen.ports),
        high_ports=chosen.high_ports,
    )


def place_of(written: str) -> tuple[str, int] | None:
    """Read an address and a port, as in `127.0.0.1:9464` or `[::1]:9464`."""
    found = PLACE.fullmatch(written)
    if found is None or int(found["port"]) > PORT_AT_MOST:
        return None
    return found["host"].strip("[]"), int(found["port"])


def limits(settings: Settings) -> Limits:
    """Give the limits of organisations that reach real people."""
    chosen = settings.limits
    return Limits(
        sends=(Cap(chosen.sends_per_hour, HOUR), Cap(chosen.sends_per_day, DAY)),
        wrong=Cap(chosen.wrong_per_hour, HOUR),
        most_in_a_row=chosen.wrong_in_a_row,
        letters=Cap(chosen.letters_per_month, MONTH),
    )


def routes(settings: Settings) -> Routes:
    live: dict[Channel, Sequence[ProviderName]] = {}
    for channel in Channel:
        able = [name for name, kind in settings.providers.items() if channel in kind.channels]
        if names := settings.channels.get(channel, able):
            live[channel] = tuple(map(ProviderName, names))
        elif channel is Channel.LETTER:
            live[channel] = (FOLDER,)
    return Routes(live)


def policy(purpose: Purpose, chosen: PurposeSettings | None) -> Policy:
    policy = default_policy(purpose)
    if chosen is None:
        return policy
    lives = {channel: timedelta(seconds=life) for channel, life in chosen.life.items()}
    waits = chosen.resend_waits
    given: dict[str, Any] = {
        "code_length": chosen.code_length,
        "attempts": chosen.attempts,
        "new_code_on_resend": chosen.new_code_on_resend,
        "charge_malformed": chosen.charge_malformed,
        "resend_waits": None if waits is None else tuple(timedelta(seconds=each) for each in waits),
    }
    changes = {name: value for name, value in given.items() if value is not None}
    return replace(policy, lives={**policy.lives, **lives}, **changes)


def paces(settings: Settings) -> Mapping[ProviderName, float]:
    """Give how many messages of campaigns providers are given in a second."""
    return {ProviderName(name): each for name, each in settings.work.bulk_per_second.items()}
